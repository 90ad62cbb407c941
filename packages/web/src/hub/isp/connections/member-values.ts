// What the members of a connection's record say on its page: where a number stands for another record, the name of that.
import type { ConnectionResource } from '@relevo/protocol';
import { useQuery } from '@tanstack/react-query';
import { useMemberValue } from '../../audit/member-words.ts';
import { routersQuery } from '../routers/router-queries.ts';
import { serviceChoicesQuery } from '../services/service-queries.ts';

type Named = Pick<ConnectionResource, 'id_usuario' | 'cliente' | 'id_router' | 'router' | 'id_servicio' | 'servicio'>;

/** The text of a member's value; of a record that is not there any more its number. `connection`: as it is now. */
export function useConnectionMemberValue(connection: Named): (member: string, value: string) => string {
  const sayValue = useMemberValue();
  const { data: routers = [] } = useQuery(routersQuery);
  const { data: services = [] } = useQuery(serviceChoicesQuery);
  const names: Record<string, ReadonlyMap<string, string>> = {
    id_usuario: new Map([[String(connection.id_usuario), connection.cliente]]),
    id_router: new Map([
      ...routers.map(({ id_router, nombre }) => [String(id_router), nombre] as const),
      [String(connection.id_router), connection.router ?? String(connection.id_router)],
    ]),
    id_servicio: new Map([
      ...services.map(({ id_servicio, nombre }) => [String(id_servicio), nombre] as const),
      [String(connection.id_servicio), connection.servicio ?? String(connection.id_servicio)],
    ]),
  };
  return (member, value) => names[member]?.get(value) ?? sayValue(member, value);
}
