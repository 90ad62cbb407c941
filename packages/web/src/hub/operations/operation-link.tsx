// A link to the page of an operation; of somebody else's it names whose.
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMe } from '../session/session.ts';

interface OperationLinkProps {
  operationId: string;
  userId: number;
  weight?: number;
  children: ReactNode;
}

export function OperationLink({ operationId, userId, weight, children }: OperationLinkProps) {
  const me = useMe();
  return (
    <Anchor
      size="sm"
      {...(weight !== undefined && { fw: weight })}
      renderRoot={(props) => <Link to="/operations/$operationId" params={{ operationId }} search={userId === me.id ? {} : { user: userId }} {...props} />}
    >
      {children}
    </Anchor>
  );
}
