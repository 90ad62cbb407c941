// The plain client of a page: knows the six members of a message and nothing else.
const requests = [
  ['/api/conexiones/quitar-asignacion', { id_conexion: 12 }],
  ['/api/routers/quitar-conexion', { direccion_ip: '10.0.0.7' }],
  ['/api/configuracion/eliminar', { id_conexion: 12, id_usuario: 7 }],
];

document.querySelector('#remove').addEventListener('click', async () => {
  const { userId } = await post('/login', { user: 'ana' });
  const operationId = `remove-config-${Date.now()}-${Math.random().toString(36).slice(2, 11)}`;
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/progress?userId=${userId}`);
  socket.onopen = () => socket.send(JSON.stringify({ type: 'start_operation', operation_id: operationId }));
  socket.onmessage = ({ data }) => {
    const { step, status, message, progress } = JSON.parse(data);
    if (step) show(step, `${step}: ${status} ${progress ?? '…'} % ${message}`);
  };
  for (const [path, body] of requests) await post(path, body, { 'X-Operation-ID': operationId, 'X-User-ID': userId });
  socket.send(JSON.stringify({ type: 'stop_operation', operation_id: operationId }));
});

async function post(path, body, headers = {}) {
  const response = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });
  return response.json();
}

function show(step, text) {
  const id = `step-${step}`;
  const item = document.getElementById(id) ?? document.querySelector('#steps').appendChild(Object.assign(document.createElement('li'), { id }));
  item.textContent = text;
}
