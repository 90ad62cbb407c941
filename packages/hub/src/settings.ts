// The hub's settings: every bound it has, by name.
import { permissions } from '@relevo/protocol';
import { type SettingsOf, setting } from '@relevo/runtime';

const day = 86_400_000;
const GiB = 1024 ** 3;

export const hubSettings = {
  HUB_PORT: setting.port(8000, 'Port of the hub; 0 picks a free one'),
  HUB_HOST: setting.text('0.0.0.0', 'Address the hub listens on'),
  HUB_DATA_DIR: setting.text('./data/hub', 'Where the hub keeps its database and blobs'),
  EXECUTABLES_DIR: setting.text(
    undefined,
    'Folder of executables to start agents from, offered to anybody; absent: where `npm run build` puts them, or beside the executable that the hub is',
  ),
  PUBLIC_URL: setting.url(undefined, 'Address people and agents use, when a proxy stands before the hub', ['http:', 'https:']),
  TLS_CERT: setting.text(undefined, 'Path of a PEM certificate; with TLS_KEY the hub serves HTTPS'),
  TLS_KEY: setting.text(undefined, 'Path of the PEM private key of TLS_CERT'),
  ADMIN_EMAIL: setting.text(undefined, 'E-mail of the first administrator'),
  ADMIN_PASSWORD: setting.text(undefined, 'Password of the first administrator', { secret: true }),
  API_KEY: setting.text(undefined, 'Enrolment secret shared with agents; made and kept when absent', { secret: true }),
  LOCAL_AGENT_TOKEN: setting.text(undefined, 'Enrolment token of the agent that `relevo up` starts beside the hub; good for one agent, already approved', {
    secret: true,
  }),
  AUTH_SECRET: setting.text(undefined, 'Signs sessions and agent tokens; made and kept when absent', { secret: true }),
  LOG_LEVEL: setting.choice('info', 'Least level that is logged', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  LOG_FORMAT: setting.choice('json', 'Form of the log', ['json', 'pretty']),
  METRICS_TOKEN: setting.text(undefined, 'Bearer token that may read /metrics besides administrators', { secret: true }),

  SESSION_MAX_AGE_MS: setting.integer(7 * day, 'How long a sign-in lasts without use', { min: 60_000 }),
  PASSWORD_LENGTH_MIN: setting.integer(8, 'Shortest password', { min: 8, max: 128 }),
  SIGN_IN_FAILURES_MAX: setting.integer(10, 'Failed sign-ins per account and address, and ten times as many per address, within SIGN_IN_WINDOW_MS', { min: 1 }),
  SIGN_IN_WINDOW_MS: setting.integer(60_000, 'Window of SIGN_IN_FAILURES_MAX', { min: 1000 }),
  SIGN_IN_COUNTERS_MAX: setting.integer(100_000, 'Counters of failed sign-ins held at once; beyond it the oldest is forgotten', { min: 100 }),
  USER_PERMISSIONS_DEFAULT: setting.choices([], 'What a new user may, as isp:read,isp:write; administrators may everything', permissions),
  SECOND_FACTOR_LOCK_MS: setting.integer(15 * 60_000, 'How long an account takes no second factor after SIGN_IN_FAILURES_MAX wrong ones in a row', {
    min: 1000,
  }),
  PASSKEYS_PER_USER_MAX: setting.integer(20, 'Passkeys one user may have', { min: 1 }),
  PASSKEY_CHALLENGES_MAX: setting.integer(10_000, 'Passkey challenges held at once; beyond it the oldest is forgotten', { min: 1 }),
  API_KEYS_PER_USER_MAX: setting.integer(100, 'API keys one user may have', { min: 1 }),
  USER_REQUESTS_PER_SECOND_MAX: setting.integer(2000, 'Requests one user may send per second, averaged over ten; bytes of files do not count', { min: 1 }),
  ADDRESS_REQUESTS_PER_SECOND_MAX: setting.integer(5000, 'Requests one address may send per second, averaged over ten; bytes of files do not count', {
    min: 1,
  }),
  ENROLMENT_FAILURES_MAX: setting.integer(10, 'Enrolments with a wrong token or key per address within ENROLMENT_WINDOW_MS', { min: 1 }),
  ENROLMENT_WINDOW_MS: setting.integer(60_000, 'Window of ENROLMENT_FAILURES_MAX', { min: 1000 }),
  REQUEST_COUNTERS_MAX: setting.integer(100_000, 'Users, and addresses, whose requests are counted at once; beyond it the one idle for longest is forgotten', {
    min: 100,
  }),
  TRUSTED_PROXIES: setting.list([], 'Addresses of proxies whose X-Forwarded-For is believed, as 127.0.0.1,::1', setting.ipAddresses),
  JSON_BODY_MAX_BYTES: setting.integer(1024 ** 2, 'Largest JSON body of a request', { min: 1024 }),

  FILE_SIZE_MAX_BYTES: setting.integer(64 * GiB, 'Largest file', { min: 1 }),
  USER_QUOTA_BYTES: setting.integer(1024 * GiB, 'What the files of one user may add up to', { min: 1 }),
  REFUSED_EXTENSIONS: setting.list([], 'File extensions that are refused, as exe,bat'),
  REFUSED_MEDIA_TYPES: setting.list([], 'Media types, told from the content, that are refused, as application/x-msdownload'),
  UPLOADS_PER_USER_MAX: setting.integer(1000, 'Resumable uploads one user may have unfinished', { min: 1 }),
  UPLOAD_EXPIRY_MS: setting.integer(7 * day, 'When an unfinished resumable upload is removed', { min: 1000 }),

  AGENT_HEARTBEAT_MS: setting.integer(10_000, 'How often hub and agent hear from each other', { min: 100, max: 60_000 }),
  AGENT_TOKEN_MAX_AGE_MS: setting.integer(15 * 60_000, 'Life of the token with which an agent opens its socket', { min: 1000 }),
  AGENT_QUEUE_MAX: setting.integer(10_000, 'Tasks that may wait for one agent', { min: 1 }),
  AGENT_TASKS_IN_FLIGHT_MAX: setting.integer(64, 'Tasks sent to an agent that it has not yet taken over', { min: 1 }),
  AGENT_SESSIONS_MAX: setting.integer(1000, 'Connections of one agent that are remembered', { min: 1 }),
  AGENT_HISTORY_MAX: setting.integer(10_000, 'Ended tasks of one agent that are remembered', { min: 1 }),
  AGENT_MESSAGE_MAX_BYTES: setting.integer(1024 ** 2, 'Largest message on the socket of an agent', { min: 1024 }),

  CONNECTIONS_PER_USER_MAX: setting.integer(128, 'Progress sockets and event streams open at once for one user', { min: 1 }),
  PROGRESS_MESSAGES_PER_SECOND_MAX: setting.integer(200, 'Messages a progress socket may send per second, averaged over ten', { min: 1 }),
  PROGRESS_BAD_MESSAGES_MAX: setting.integer(20, 'Bad messages after which a progress socket is closed with 4429', { min: 1 }),
  PROGRESS_MESSAGE_MAX_BYTES: setting.integer(16 * 1024, 'Largest message from a watcher', { min: 256 }),
  PROGRESS_BUFFER_MAX_BYTES: setting.integer(1024 ** 2, 'What may wait for a slow watcher before it is owed a snapshot', { min: 4096 }),
  PROGRESS_SLOW_MAX_MS: setting.integer(30_000, 'How long a watcher may stay behind before it is closed with 4408', { min: 100 }),
  TICK_INTERVAL_MS: setting.integer(50, 'Least time between two percentages of one step', { min: 1 }),
  TICK_MERGE_INTERVAL_MS: setting.integer(1000, 'How often the newest percentages are merged into the records of their steps', { min: 10 }),
  OPERATIONS_PER_USER_MAX: setting.integer(10_000, 'Operations one user may have open', { min: 1 }),
  OPERATION_STEPS_MAX: setting.integer(10_000, 'Steps of one operation', { min: 1 }),
  OPERATION_REPLAY_MAX: setting.integer(256, 'Events of one open operation held for replay', { min: 1 }),
  OPERATION_HISTORY: setting.integer(30 * day, 'How long an ended operation is kept, milliseconds', { min: 0 }),
  ACTIVITY_MINUTES_HISTORY_MS: setting.integer(2 * day, 'How long figures of agents, bytes and operations are kept by the minute', { min: day }),
  ACTIVITY_MESSAGES_MAX: setting.integer(20_000, 'Messages between two changes of status that are kept of all running operations together', { min: 0 }),
  ACTIVITY_HISTORY_MS: setting.integer(90 * day, 'How long figures of agents, bytes and operations are kept by the hour', { min: 30 * day }),
  ATTENTION_FAILURES_MS: setting.integer(3 * day, 'How long a failed operation is told of on the home page', { min: 1000 }),
  DISK_FREE_MIN_PERCENT: setting.integer(10, 'Free part of the disk of HUB_DATA_DIR below which the home page says that it fills', { min: 0, max: 100 }),
  AUDIT_HISTORY_MS: setting.integer(730 * day, 'How long the audit log keeps an entry', { min: 0 }),
  OPERATION_UNUSED_MAX_MS: setting.integer(10 * 60_000, 'When an operation that was registered but never worked on is ended', { min: 100 }),
  OPERATION_SILENT_MAX_MS: setting.integer(3_600_000, 'When an operation whose reporter outside the hub went silent is ended', { min: 100 }),
  STOP_TIMEOUT_MS: setting.integer(
    10_000,
    "How long a stop waits for the work to end before the operation is closed; for the hub's own, since it last said something",
    { min: 10 },
  ),

  CREDENTIALS_KEY: setting.text(
    undefined,
    'Encrypts the credentials of routers: 32 bytes in base64; absent: $HUB_DATA_DIR/credentials.key, made at first start',
    {
      secret: true,
    },
  ),
  ISP_IMPORT_MAX_BYTES: setting.integer(32 * 1024 ** 2, 'Largest CSV file of connections', { min: 1024 }),
  ISP_IMPORT_LINES_MAX: setting.integer(200_000, 'Lines of one CSV file of connections', { min: 1 }),
  ISP_WAIT_DEFAULT_MS: setting.integer(30_000, 'How long a request for work on a connection or router waits for its end, unless Prefer: wait says otherwise', {
    min: 0,
  }),
  ISP_WAIT_MAX_MS: setting.integer(100_000, 'What Prefer: wait may ask for at most', { min: 0, max: 110_000 }),
  ISP_UNDO_MAX_MS: setting.integer(7 * day, 'How long what was removed of a connection can be put back', { min: 0 }),
  ISP_OPERATION_SILENT_MAX_MS: setting.integer(3_600_000, 'When an operation on a connection that failed, or was not asked to the end, is closed', {
    min: 100,
  }),
  ISP_BULK_MAX: setting.integer(1000, 'Connections of one request that removes, suspends or reactivates many', { min: 1, max: 10_000 }),
  ISP_BULK_PER_ROUTER_MAX: setting.integer(16, 'Connections of one router that requests for many have handed to its agent at once, all of them together', {
    min: 1,
  }),
  ISP_COMPARE_MAX: setting.integer(5000, 'Connections of one router that are compared with it', { min: 1, max: 10_000 }),
  ISP_RECONCILE_INTERVAL_MS: setting.integer(day, 'How often the records are compared with each router; 0 is never', { min: 0 }),

  DATABASE_URL: setting.unsupported('PostgreSQL instead of the embedded SQLite'),
  NATS_URL: setting.unsupported('Several hub nodes'),
  S3_ENDPOINT: setting.unsupported('Blobs in S3 instead of on disk'),
  S3_BUCKET: setting.unsupported('Blobs in S3 instead of on disk'),
  S3_ACCESS_KEY_ID: setting.unsupported('Blobs in S3 instead of on disk'),
  S3_SECRET_ACCESS_KEY: setting.unsupported('Blobs in S3 instead of on disk'),
  S3_REGION: setting.unsupported('Blobs in S3 instead of on disk'),
};

export type HubSettings = SettingsOf<typeof hubSettings>;
