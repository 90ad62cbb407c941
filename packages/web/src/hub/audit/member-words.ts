// The words for the members of records, and for values of theirs that are words of programs; without a word, each is shown as programs call it.
import { useTranslation } from 'react-i18next';
import en from '../../language/en.json' with { type: 'json' };
import { useFormats } from '../../language/formats.ts';

type MemberName = keyof typeof en.members;

export function useMemberName(): (member: string) => string {
  const { t } = useTranslation();
  return (member) => (hasName(member) ? t(`members.${member}`) : member);
}

function hasName(member: string): member is MemberName {
  return Object.hasOwn(en.members, member);
}

/** `comprobado_at` of a router that was never asked holds none. */
function isTime(member: string, value: string): boolean {
  return member.endsWith('_at') && !Number.isNaN(Date.parse(value));
}

export function useMemberValue(): (member: string, value: string) => string {
  const { t } = useTranslation();
  const formats = useFormats();
  const yesOrNo = { true: t('audit.yes'), false: t('audit.no') };
  const words: Record<string, Record<string, string>> = {
    approved: yesOrNo,
    credentials: { changed: t('audit.credentials_changed'), removed: t('audit.credentials_removed') },
    disabled: yesOrNo,
    estado: {
      activa: t('connections.state_activa'),
      suspendida: t('connections.state_suspendida'),
      eliminada: t('connections.state_eliminada'),
      sin_probar: t('routers.state_sin_probar'),
      alcanzable: t('routers.state_alcanzable'),
      inalcanzable: t('routers.state_inalcanzable'),
    },
    has_credentials: yesOrNo,
    role: { admin: t('users.role_admin'), user: t('users.role_user') },
    tipo: { routeros: t('routers.kind_routeros'), linux: t('routers.kind_linux') },
    two_factor: yesOrNo,
  };
  return (member, value) => words[member]?.[value] ?? (isTime(member, value) ? formats.dateTime(value) : value);
}
