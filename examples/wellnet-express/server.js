// An ISP's back office with its own records, whose operators watch what it does for them through a Relevo hub.
//
//   RELEVO_URL=http://localhost:8000 RELEVO_API_KEY=… OPERATORS=ana:1 node server.js
import { createServer } from 'node:http';
import { createHubReporter } from '@relevo/progress/report';
import express from 'express';
import { operatorOf, signIn } from './operators.js';
import { relayProgress } from './progress-relay.js';
import { findConnection, listConnections, Refusal, removeConfiguration, removeFromRouter, removeService } from './records.js';

const hubUrl = process.env.RELEVO_URL ?? 'http://localhost:8000';
const apiKey = process.env.RELEVO_API_KEY;
if (!apiKey) throw new Error('RELEVO_API_KEY is needed: an API key of an administrator of the hub');

const reporter = createHubReporter({ url: hubUrl, apiKey, onProblem: ({ code, message }) => console.warn(`${code}: ${message}`) });
const app = express();
const server = createServer(app);
const relay = relayProgress(server, { hubUrl, apiKey, userOf: operatorOf });

/** Operations of several requests, until they end: each request is one step. */
const operations = new Map();
const steps = [
  { step: 'remove-service', message: 'En espera' },
  { step: 'remove-router', message: 'En espera' },
  { step: 'remove-config', message: 'En espera' },
];

function operationOf({ userId }, id, title) {
  const key = `${userId} ${id}`;
  const known = operations.get(key);
  if (known) return known;
  const operation = { reported: reporter.operation({ userId, id, kind: 'remove-config', title, steps, language: 'es' }), done: new Set(), key };
  operations.set(key, operation);
  // The page says stop_operation when it has seen enough: what was not done by then is not done.
  operation.reported.signal.addEventListener('abort', () => operations.delete(key), { once: true });
  return operation;
}

app.use(express.json());
app.use(express.static(new URL('public', import.meta.url).pathname));

app.post('/login', (req, res) => {
  const signedIn = signIn(req.body.user);
  if (!signedIn) return res.status(401).json({ success: false, message: 'No existe ese operador' });
  res.cookie('session', signedIn.session, { httpOnly: true, sameSite: 'lax' }).json({ id: signedIn.operator.userId, name: signedIn.operator.name });
});

app.use('/api', (req, res, next) => {
  req.operator = operatorOf(req.headers.cookie);
  if (!req.operator) return res.status(401).json({ success: false, message: 'Inicie sesión' });
  const claimed = req.get('x-user-id');
  if (claimed !== undefined && Number(claimed) !== req.operator.userId) return res.status(403).json({ success: false, message: 'Ese usuario no es el suyo' });
  next();
});

app.get('/api/conexiones', (_req, res) => res.json({ conexiones: listConnections() }));

app.post('/api/conexiones/quitar-asignacion', (req, res) =>
  answer(req, res, 'remove-service', 'Asignación eliminada', (tell) => {
    tell(10, 'Iniciando eliminación de asignación...');
    const connection = findConnection(req.body.id_conexion);
    tell(30, 'Validando conexión...');
    tell(80, 'Actualizando base de datos...');
    removeService(connection);
  }),
);

app.post('/api/routers/quitar-conexion', (req, res) =>
  answer(req, res, 'remove-router', 'Conexión eliminada del router', (tell) => {
    tell(20, 'Conectando con el router...');
    tell(60, 'Eliminando configuración IP...');
    removeFromRouter(req.body.direccion_ip);
  }),
);

app.post('/api/configuracion/eliminar', (req, res) =>
  answer(req, res, 'remove-config', 'Configuración eliminada del sistema', (tell) => {
    tell(25, 'Eliminando configuración del sistema...');
    removeConfiguration(findConnection(req.body.id_conexion), req.body.id_usuario);
    tell(70, 'Limpiando archivos temporales...');
  }),
);

/** One request is one step of the operation that the page named, if it named one. Reporting never waits and never fails the work. */
async function answer(req, res, step, message, work) {
  const id = req.get('x-operation-id');
  try {
    if (id === undefined) await work(() => {});
    else await runStep(operationOf(req.operator, id, `Conexión ${req.body.id_conexion ?? req.body.direccion_ip}`), step, message, work);
    res.json({ success: true, message });
  } catch (error) {
    const status = error instanceof Refusal ? error.status : error instanceof TypeError ? 400 : 500;
    res.status(status).json({ success: false, message: error.message });
  }
}

async function runStep(operation, step, message, work) {
  await operation.reported.step(step, ({ progress }) => work(progress), { done: message });
  operation.done.add(step);
  // The hub ends an operation whose declared steps have all ended.
  if (operation.done.size === steps.length) operations.delete(operation.key);
}

process.on('SIGTERM', async () => {
  relay.close();
  server.close();
  await reporter.close();
});

server.listen(Number(process.env.PORT ?? 3000), () => console.log(`http://localhost:${server.address().port}`));
