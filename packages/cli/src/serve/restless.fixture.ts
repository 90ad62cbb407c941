// A service for the supervisor's tests: says it is ready and lives, or ends as its argument tells.
const [how = 'live'] = process.argv.slice(2);
if (how === 'fail') process.exit(1);
if (how === 'settings') process.exit(2);
process.on('SIGTERM', () => {
  if (how !== 'stubborn') process.exit(0);
});
process.send?.({ event: 'ready', url: `http://127.0.0.1/${process.pid}` });
setInterval(() => {}, 1000);
