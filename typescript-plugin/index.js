/* TypeScript's server finds plugins by folders, not by the `exports` of a package, and wants a function. */
module.exports = require('../dist/compiler/typescript-plugin/plugin.js').init;
