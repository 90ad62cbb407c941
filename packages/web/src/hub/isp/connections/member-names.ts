// What the members of a connection's record are called on its page.
import { useTranslation } from 'react-i18next';

const texts = {
  id_usuario: 'customer',
  direccion_ip: 'address',
  usuario_ppp: 'ppp_user',
  id_router: 'router',
  router: 'router',
  id_servicio: 'service',
  estado: 'state',
  entradas: 'entries',
} as const;

/** The word for a member; one without a word is shown as it is called. */
export function useMemberName(): (member: string) => string {
  const { t } = useTranslation();
  return (member) => {
    if (member === 'mac') return 'MAC';
    return member in texts ? t(`connections.${texts[member as keyof typeof texts]}`) : member;
  };
}
