// Files that the bundler turns into addresses.
declare module '*.svg' {
  const url: string;
  export default url;
}
declare module '*.css';
declare module 'pdfjs-dist/build/pdf.worker.min.mjs' {
  const url: string;
  export default url;
}
