// What each permission is called on the pages.
export const permissionTexts = {
  'isp:read': 'users.may_isp_read',
  'isp:write': 'users.may_isp_write',
  'isp:remove': 'users.may_isp_remove',
} as const;
