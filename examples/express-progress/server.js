// An Express server whose users watch what it does for them: three requests, one step each, over /ws/progress.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as work } from 'node:timers/promises';
import { ProgressManager } from '@relevo/progress/report';
import { attachProgress } from '@relevo/progress/server';
import express from 'express';

const app = express();
const server = createServer(app);

// The progress socket, in five lines.
const manager = new ProgressManager({ language: 'es' });
const progress = attachProgress(server, {
  manager,
  authenticate: (request) => userOf(request.headers.cookie),
});

// Sessions: yours will be better. What matters is that the user comes from the session, never from what the request claims.
const sessions = new Map();
function userOf(cookie = '') {
  const session = /(?:^|; )session=([\w-]+)/.exec(cookie)?.[1];
  return sessions.has(session) ? { userId: sessions.get(session), session } : undefined;
}

app.use(express.json());
app.use(express.static(new URL('public', import.meta.url).pathname));

app.post('/login', (req, res) => {
  const userId = { ana: 7, ben: 8 }[req.body.user];
  if (userId === undefined) return res.status(401).json({ success: false, message: 'ana o ben' });
  const session = randomUUID();
  sessions.set(session, userId);
  res.cookie('session', session, { httpOnly: true, sameSite: 'lax' }).json({ userId });
});

app.use('/api', (req, res, next) => {
  req.user = userOf(req.headers.cookie);
  if (req.user) return next();
  res.status(401).json({ success: false, message: 'Inicie sesión' });
});

app.post('/api/conexiones/quitar-asignacion', (req, res) =>
  answer(req, res, 'remove-service', 'Asignación eliminada', async (tell) => {
    tell('Iniciando eliminación de asignación...', 10);
    await work(40);
    tell('Validando conexión...', 30);
    await work(20);
    if (!Number.isInteger(req.body.id_conexion)) throw new Error('id_conexion no es un número');
    tell('Actualizando base de datos...', 80);
    await work(20);
  }),
);

app.post('/api/routers/quitar-conexion', (req, res) =>
  answer(req, res, 'remove-router', 'Conexión eliminada del router', async (tell, signal) => {
    tell('Conectando con el router...', 20);
    await work(60, undefined, { signal });
    tell('Eliminando configuración IP...', 60);
    await work(20, undefined, { signal });
  }),
);

app.post('/api/configuracion/eliminar', (req, res) =>
  answer(req, res, 'remove-config', 'Configuración eliminada del sistema', async (tell) => {
    tell('Eliminando configuración del sistema...', 25);
    await work(40);
    tell('Limpiando archivos temporales...', 70);
    await work(20);
  }),
);

// One request is one step of the operation that the browser named, if it named one.
async function answer(req, res, step, message, run) {
  const operationId = req.get('x-operation-id');
  const operation = operationId && { userId: req.user.userId, operationId };
  const tell = (text, percent, status = 'in_progress') => operation && manager.updateStep(operation, step, status, text, percent);
  try {
    tell('', 0);
    await run(tell, operation && manager.signal(operation));
    tell(message, 100, 'completed');
    res.json({ success: true, message });
  } catch (error) {
    tell(`Error: ${error.message}`, 0, 'error');
    res.status(500).json({ success: false, message: error.message });
  }
}

// The same in the nicer form: the steps run here, one after the other, and the browser only watches.
app.post('/api/clientes/eliminar', (req, res) => {
  const operation = manager.operation({ userId: req.user.userId, kind: 'remove-customer', title: `Eliminar cliente ${req.body.id}`, language: 'es' });
  res.status(202).json({ operation_id: operation.id });
  operation
    .run(async () => {
      await operation.step('remove-router', async (step) => {
        step.progress(20, 'Conectando…');
        await work(500, undefined, { signal: step.signal });
      });
      await operation.step('archive', async (step) => {
        for (let done = 0; done <= 4_000_000; done += 500_000) {
          step.bytes(done, 4_000_000, 'Archivando…');
          await work(10, undefined, { signal: step.signal });
        }
      });
    })
    .catch(() => {}); // Whoever watches was told.
});

process.on('SIGTERM', async () => {
  await progress.close();
  server.close();
});

server.listen(Number(process.env.PORT ?? 3000), () => console.log(`http://localhost:${server.address().port}`));
