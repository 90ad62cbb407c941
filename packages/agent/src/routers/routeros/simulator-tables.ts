// The menus of a played RouterOS router and what lives in them: entries people made, and those a live PPP session brings.

export type SimulatorRow = Record<string, string>;

/** Every menu that it knows. */
export const simulatedMenus = [
  'ppp/secret',
  'ppp/active',
  'ip/firewall/address-list',
  'ip/firewall/filter',
  'ip/firewall/raw',
  'queue/simple',
  'ip/dhcp-server/lease',
  'ip/arp',
  'ip/route',
  'ipv6/firewall/address-list',
  'ipv6/dhcp-server/binding',
  'ipv6/route',
] as const;

/** Members that RouterOS shows at their default too. */
const defaults: Record<string, SimulatorRow> = {
  'ppp/secret': { service: 'any', 'caller-id': '', profile: 'default', routes: '', 'limit-bytes-in': '0', 'limit-bytes-out': '0', password: '' },
  'queue/simple': { parent: 'none', priority: '8/8', queue: 'default-small/default-small', 'limit-at': '0/0', 'max-limit': '0/0' },
  'ip/dhcp-server/lease': { 'block-access': 'false', status: 'bound', server: 'all' },
  'ip/route': { distance: '1', scope: '30', 'target-scope': '10', 'routing-table': 'main', active: 'true' },
};

/** Members that no two entries of a menu share. */
const unique: Record<string, readonly string[]> = {
  'ppp/secret': ['name', 'service'],
  'queue/simple': ['name'],
  'ip/firewall/address-list': ['list', 'address'],
  'ip/dhcp-server/lease': ['address', 'server'],
};

/** Lists of values, each of which a filter may name. */
const listMembers = new Set(['target']);

export class SimulatorTables {
  /** A session was cut, or a secret changed: the client of that name dials again. */
  onDoor: (name: string) => void = () => undefined;
  /** Each change gives every entry another `.id`: nobody may hold on to one. */
  isRestless = false;
  readonly #menus = new Map<string, SimulatorRow[]>(simulatedMenus.map((menu) => [menu, []]));
  #nextId = 1;

  has(menu: string): boolean {
    return this.#menus.has(menu);
  }

  list(menu: string): SimulatorRow[] {
    return this.#menus.get(menu) ?? [];
  }

  find(menu: string, id: string | undefined): SimulatorRow | undefined {
    return this.list(menu).find((row) => row['.id'] === id);
  }

  matches(row: SimulatorRow, filter: SimulatorRow): boolean {
    return Object.entries(filter).every(([name, value]) => row[name] === value || (listMembers.has(name) && row[name]?.split(',').includes(value)));
  }

  /** Why `row` cannot be added, in RouterOS's words; undefined when it can. */
  faultOf(menu: string, row: SimulatorRow): string | undefined {
    const { parent } = row;
    if (menu === 'queue/simple' && parent !== undefined && parent !== 'none' && !this.list(menu).some(({ name }) => name === parent)) {
      return 'input does not match any value of parent';
    }
    const names = unique[menu];
    if (!names) return undefined;
    const missing = names.find((name) => row[name] === undefined && defaults[menu]?.[name] === undefined);
    if (missing !== undefined) return `missing value of ${missing}`;
    const whole: SimulatorRow = { ...defaults[menu], ...row };
    const isTaken = this.list(menu).some((existing) => names.every((name) => existing[name] === whole[name]));
    return isTaken ? 'failure: already have such entry' : undefined;
  }

  add(menu: string, row: SimulatorRow): SimulatorRow {
    const added: SimulatorRow = { '.id': this.#takeId(), disabled: 'false', dynamic: 'false', ...defaults[menu], ...row };
    if (added.comment === '') delete added.comment;
    this.list(menu).push(added);
    if (menu === 'ppp/secret') this.onDoor(added.name ?? '');
    this.#settle();
    return added;
  }

  set(menu: string, found: SimulatorRow, row: SimulatorRow): void {
    Object.assign(found, row);
    if (menu === 'ppp/secret') this.onDoor(found.name ?? '');
    if (found.comment === '') delete found.comment;
    this.#settle();
  }

  remove(menu: string, found: SimulatorRow): void {
    this.#drop(menu, (row) => row === found);
    if (menu === 'ppp/active') this.#ended(found.name ?? '');
    this.#settle();
  }

  /** Ends the session of a user, as its client does. */
  cut(name: string): void {
    for (const found of this.list('ppp/active').filter((row) => row.name === name)) this.remove('ppp/active', found);
  }

  /** Logs a client in when a secret lets it: a session, and the route and queue that it brings. */
  dial({ name, password, address }: { name: string; password: string; address: string }): boolean {
    const secret = this.list('ppp/secret').find((row) => row.name === name && row.password === password && row.disabled !== 'true');
    if (!secret || this.list('ppp/active').some((row) => row.name === name)) return false;
    const given = secret['remote-address'] ?? address;
    this.add('ppp/active', { name, service: 'pppoe', 'caller-id': '4C:5E:0C:00:00:01', address: given, uptime: '0s', encoding: '', radius: 'false' });
    this.add('queue/simple', { name: `<pppoe-${name}>`, target: `<pppoe-${name}>`, dynamic: 'true' });
    this.add('ip/route', { 'dst-address': `${given}/32`, gateway: `<pppoe-${name}>`, dynamic: 'true', connect: 'true' });
    return true;
  }

  dropDynamic(): void {
    this.list('ppp/active').length = 0;
    for (const menu of this.#menus.keys()) this.#drop(menu, (row) => row.dynamic === 'true');
  }

  renumber(): void {
    for (const rows of this.#menus.values()) for (const row of rows) row['.id'] = this.#takeId();
  }

  #ended(name: string): void {
    const isOf = (row: SimulatorRow) => row.dynamic === 'true' && (row.gateway === `<pppoe-${name}>` || row.target === `<pppoe-${name}>`);
    this.#drop('ip/route', isOf);
    this.#drop('queue/simple', isOf);
    this.onDoor(name);
  }

  #drop(menu: string, isDropped: (row: SimulatorRow) => boolean): void {
    this.#menus.set(
      menu,
      this.list(menu).filter((row) => !isDropped(row)),
    );
  }

  #takeId(): string {
    this.#nextId += 1;
    return `*${this.#nextId.toString(16).toUpperCase()}`;
  }

  #settle(): void {
    if (this.isRestless) this.renumber();
  }
}
