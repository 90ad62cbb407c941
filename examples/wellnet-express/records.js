// The back office's own records: connections with their service, and what stands on the router. Yours are in your database.
const connections = new Map(
  [
    { id_conexion: 12, id_usuario: 301, cliente: 'Lucía Peña', direccion_ip: '10.20.0.12', servicio: 'Fibra 100', estado: 'activa' },
    { id_conexion: 13, id_usuario: 302, cliente: 'Colmado El Sol', direccion_ip: '10.20.0.13', servicio: 'Fibra 300', estado: 'activa' },
    { id_conexion: 14, id_usuario: 303, cliente: 'Ramón Núñez', direccion_ip: '10.20.0.14', servicio: 'Fibra 50', estado: 'activa' },
  ].map((connection) => [connection.id_conexion, connection]),
);
const onRouter = new Set([...connections.values()].map(({ direccion_ip }) => direccion_ip));

/** What a person is told, and the status it is answered with. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const listConnections = () => [...connections.values()].map((connection) => ({ ...connection, en_router: onRouter.has(connection.direccion_ip) }));

export function findConnection(id) {
  const connection = connections.get(Number(id));
  if (!connection) throw new Refusal(404, 'No existe esa conexión');
  return connection;
}

export function removeService(connection) {
  connection.servicio = null;
}

/** Taking away what is already gone is done as well: a request may come twice. */
export function removeFromRouter(address) {
  if (![...connections.values()].some(({ direccion_ip }) => direccion_ip === address)) throw new Refusal(404, 'Ninguna conexión tiene esa dirección');
  onRouter.delete(address);
}

export function removeConfiguration(connection, customerId) {
  if (connection.id_usuario !== Number(customerId)) throw new Refusal(409, 'La conexión es de otro cliente');
  if (onRouter.has(connection.direccion_ip)) throw new Refusal(409, 'La conexión sigue en el router');
  connection.estado = 'eliminada';
}
