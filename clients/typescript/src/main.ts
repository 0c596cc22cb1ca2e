export * from './index.js';
export * from './connection.js';
