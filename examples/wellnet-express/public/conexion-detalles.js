// The page of one connection: names an operation, watches it, and makes its three requests with the two headers.
const stepNames = { 'remove-service': 'Asignación de servicio', 'remove-router': 'Router', 'remove-config': 'Configuración' };
let loginData;

document.querySelector('#login').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { ok, body } = await post('/login', { user: new FormData(event.target).get('user') });
  if (!ok) return alert(body.message);
  loginData = body;
  event.target.hidden = true;
  await showConnections();
});

async function showConnections() {
  const { conexiones } = await (await fetch('/api/conexiones')).json();
  const rows = conexiones.map((connection) => {
    const row = document.createElement('tr');
    row.dataset.conexion = connection.id_conexion;
    for (const text of [connection.cliente, connection.direccion_ip, connection.servicio ?? '—', connection.estado]) {
      row.insertCell().textContent = text;
    }
    const action = row.insertCell();
    if (connection.estado !== 'eliminada') {
      const button = action.appendChild(document.createElement('button'));
      button.type = 'button';
      button.textContent = 'Eliminar configuración';
      button.addEventListener('click', () => removeConfiguration(connection));
    }
    return row;
  });
  document.querySelector('#connections').hidden = false;
  document.querySelector('#connections tbody').replaceChildren(...rows);
}

async function removeConfiguration(connectionDetails) {
  const { id_conexion, id_usuario, direccion_ip } = connectionDetails;
  const operationId = `remove-config-${Date.now()}-${Math.random().toString(36).slice(2, 11)}`;
  document.querySelector('#steps').replaceChildren();
  const watching = watch(operationId);
  await watching.opened;
  const requests = [
    ['/api/conexiones/quitar-asignacion', { id_conexion }],
    ['/api/routers/quitar-conexion', { direccion_ip }],
    ['/api/configuracion/eliminar', { id_conexion, id_usuario }],
  ];
  let isDone = true;
  for (const [path, body] of requests) {
    const { ok } = await post(path, body, { 'X-Operation-ID': operationId, 'X-User-ID': loginData.id });
    isDone = ok;
    if (!ok) break;
  }
  // What an answer tells, the socket shows a moment later. An operation whose steps are all done ends by itself.
  await (isDone ? watching.ended : watching.failed);
  watching.stop();
  await showConnections();
}

function watch(operationId) {
  const [opened, ended, failed] = [deferred(), deferred(), deferred()];
  const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws/progress?userId=${loginData.id}`);
  const say = (type) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify({ type, operation_id: operationId }));
  socket.addEventListener('open', () => {
    say('start_operation');
    opened.resolve();
  });
  socket.addEventListener('close', () => {
    for (const each of [opened, ended, failed]) each.resolve();
  });
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(data);
    if (message.step) show(message);
    if (message.status === 'error') failed.resolve();
    if (['completed', 'error', 'stopped'].includes(message.state)) ended.resolve();
  });
  return {
    opened: opened.promise,
    ended: ended.promise,
    failed: Promise.race([failed.promise, ended.promise]),
    stop() {
      say('stop_operation');
      socket.close();
    },
  };
}

function deferred() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

async function post(path, body, headers = {}) {
  const response = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });
  return { ok: response.ok, body: await response.json() };
}

function show({ step, status, message, progress }) {
  const list = document.querySelector('#steps');
  let item = list.querySelector(`[data-step="${step}"]`);
  if (!item) {
    item = list.appendChild(document.createElement('li'));
    item.dataset.step = step;
    item.append(stepNames[step] ?? step, document.createElement('progress'), document.createElement('span'));
  }
  item.dataset.status = status;
  item.querySelector('progress').value = (progress ?? 0) / 100;
  item.querySelector('span').textContent = message;
}
