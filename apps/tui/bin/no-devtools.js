// Stands in for react-devtools-core, which Ink imports only in development.
// oxlint-disable-next-line import/no-default-export -- Ink imports the default
export default { connectToDevTools() {}, initialize() {} };
