// One place of the navigation.
import { NavLink } from '@mantine/core';
import { Link, type LinkProps, useRouterState } from '@tanstack/react-router';
import type { ComponentType, ReactNode } from 'react';

interface PlaceLinkProps {
  to: NonNullable<LinkProps['to']>;
  label: string;
  icon: ComponentType<{ size: number; stroke: number }>;
  right?: ReactNode;
}

export function PlaceLink({ to, label, icon: Icon, right }: PlaceLinkProps) {
  const isHere = useRouterState({ select: ({ location }) => location.pathname === to || location.pathname.startsWith(`${to}/`) });
  return (
    <NavLink
      renderRoot={(props) => <Link to={to} {...props} />}
      label={label}
      leftSection={<Icon size={18} stroke={1.7} />}
      rightSection={right}
      active={isHere}
      aria-current={isHere ? 'page' : undefined}
    />
  );
}
