// A small believable ISP to try things on: five services, three routers, sixty customers, eighty connections. Nobody in it exists, and
// it is loaded only by `relevo isp demo-data`. The same list fills the played router of `relevo isp demo-router`.
import type { ConnectionResource, NewCustomer, NewRouter, NewService } from '@relevo/protocol';
import { foldText } from './fold-text.ts';

export interface DemoConnection {
  /** Place in `demoCustomers`. */
  customer: number;
  /** Names, as the records refer to each other. */
  router: string;
  servicio: string;
  direccion_ip: string;
  usuario_ppp: string | null;
  mac: string;
  estado: Exclude<ConnectionResource['estado'], 'eliminada'>;
}

export const demoServices: readonly Required<NewService>[] = [
  { nombre: 'Radio 20 Mb', bajada_kbps: 20_000, subida_kbps: 5_000, precio: 19.9 },
  { nombre: 'Fibra 100 Mb', bajada_kbps: 100_000, subida_kbps: 100_000, precio: 24.9 },
  { nombre: 'Fibra 300 Mb', bajada_kbps: 300_000, subida_kbps: 300_000, precio: 29.9 },
  { nombre: 'Fibra 600 Mb', bajada_kbps: 600_000, subida_kbps: 600_000, precio: 36.9 },
  { nombre: 'Empresa 1 Gb', bajada_kbps: 1_000_000, subida_kbps: 1_000_000, precio: 89 },
];

/** The first one is played by `relevo isp demo-router`, which these credentials sign in to. */
export const demoRouters: readonly NewRouter[] = [
  {
    nombre: 'Sede Norte',
    tipo: 'routeros',
    host: '127.0.0.1',
    port: 8728,
    scheme: 'http',
    credentials: { username: 'admin', password: 'relevo-demo' },
  },
  { nombre: 'Sede Sur', tipo: 'linux', host: '10.20.0.1', nft_set: 'inet relevo clientes' },
  { nombre: 'Torre del Cerro', tipo: 'routeros', host: '10.30.0.1' },
];

const firstNames =
  'Lucía Hugo María Martín Paula Daniel Carmen Pablo Inés Álvaro Rocío Adrián Nuria Diego Elena Sergio Marta Iván Pilar Rubén Sofía Óscar Ángela Raúl Teresa Jesús Begoña Andrés Alba Íñigo'.split(
    ' ',
  );
const lastNames =
  'García Núñez Fernández Muñoz Rodríguez Peña Sánchez Ibáñez Martínez Román Gómez Vázquez Jiménez Ortega Ruiz Cañizares Alonso Navarro Molina Serrano Blanco Castro Ortiz Marín Sanz Iglesias Cortés Garrido Lozano Cano'.split(
    ' ',
  );
const streets = [
  'Calle Mayor',
  'Avenida de la Constitución',
  'Calle del Pozo',
  'Plaza de España',
  'Camino Viejo',
  'Calle de los Olivos',
  'Travesía del Molino',
];
const businesses = [
  'Panadería La Espiga',
  'Talleres Hnos. Ruiz, S.L.',
  'Farmacia Peñalba',
  'Hostal El Cruce',
  'Cooperativa Virgen del Prado',
  'Gestoría Cañete',
];

const customersCount = 60;
const connectionsCount = 80;

export const demoCustomers: readonly Required<NewCustomer>[] = Array.from({ length: customersCount }, (_, index) => {
  const isBusiness = index >= customersCount - businesses.length;
  const first = firstNames[index % firstNames.length] ?? '';
  const last = `${lastNames[(index * 7 + Math.floor(index / firstNames.length)) % lastNames.length]} ${lastNames[(index * 11 + 5) % lastNames.length]}`;
  const nombre = isBusiness ? (businesses[index - customersCount + businesses.length] ?? '') : `${first} ${last}`;
  const user = foldText(nombre)
    .replace(/[^a-z]+/g, '.')
    .replace(/^\.|\.$/g, '');
  return {
    nombre,
    documento: isBusiness ? `B${99_100_000 + index}` : nationalId(99_000_000 + index * 37),
    telefono: `600000${100 + index}`,
    email: `${user}@example.com`,
    direccion: `${streets[index % streets.length]}, ${1 + ((index * 5) % 48)}, Villarejo del Llano`,
  };
});

export const demoConnections: readonly DemoConnection[] = Array.from({ length: connectionsCount }, (_, index) => {
  // Half of them where the played router is, the rest between the other two.
  const site = index < 40 ? 0 : index < 65 ? 1 : 2;
  const router = demoRouters[site]?.nombre ?? '';
  const customer = index % customersCount;
  const isBusiness = customer >= customersCount - businesses.length;
  const service = site === 2 ? 0 : isBusiness ? 4 : 1 + (index % 3);
  const place = index - (site === 0 ? 0 : site === 1 ? 40 : 65);
  const second = index >= customersCount ? '.2' : '';
  return {
    customer,
    router,
    servicio: demoServices[service]?.nombre ?? '',
    // The last three have no IPv4 address at all.
    direccion_ip: index >= connectionsCount - 3 ? `2001:db8:30::${(place + 16).toString(16)}` : `10.${(site + 1) * 10}.1.${place + 10}`,
    usuario_ppp: site === 1 ? null : `${demoCustomers[customer]?.email?.split('@')[0]}${second}`,
    mac: `4C:5E:0C:D0:${hex(site)}:${hex(place + 1)}`,
    estado: index % 13 === 12 ? 'suspendida' : 'activa',
  };
});

function hex(value: number): string {
  return value.toString(16).padStart(2, '0').toUpperCase();
}

/** A Spanish DNI of a number that is not given out, with its right letter. */
function nationalId(number: number): string {
  return `${number}${'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}`;
}
