// Refuses a Node that is too old to run the scripts, in one line. Imported first by each of them; written so that an old Node can read it.
if (Number(process.versions.node.split('.')[0]) < 20) {
  process.stderr.write(`Relevo needs Node 20 or newer to start itself; this is ${process.version}.\n`);
  process.exit(1);
}
