// The API description (/openapi.json), and whether responses are as it says.
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const escaped = (part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'));
const pointer = (...parts) => parts.map((p) => `/${escaped(p)}`).join('');

// The same document, but its objects may have only the members that it describes.
export function closed(document) {
  const copy = structuredClone(document);
  for (const schema of Object.values(copy.components.schemas))
    if (schema.type === 'object' && schema.properties) schema.additionalProperties ??= false;
  return copy;
}

export class Contract {
  constructor(document) {
    this.document = document;
    this.ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
    addFormats(this.ajv);
    this.ajv.addSchema(closed(document), 'api.json');
    this.paths = Object.keys(document.paths).map((path) => ({
      path, expression: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.')}$`),
    })).sort((a, b) => (a.path.match(/\{/g) ?? []).length - (b.path.match(/\{/g) ?? []).length);
    this.validators = new Map();
    this.seen = new Set(); // "operationId status"
  }

  // The operation of a request, and its JSON pointer; null if the description has no such path or method.
  operation(method, target) {
    const name = method === 'HEAD' ? 'get' : method.toLowerCase();
    const found = this.paths.find((p) => p.expression.test(target.split('?')[0]) && this.document.paths[p.path][name]);
    return found && { ...this.document.paths[found.path][name], at: ['paths', found.path, name] };
  }

  // Throws if the description does not allow this response to this request.
  check(method, target, { status, type = '', text }) {
    const operation = this.operation(method, target);
    if (!operation || method === 'HEAD') return;
    const fail = (why) => {
      throw new Error(`${method} ${target}: the API description of ${operation.operationId} does not allow this ` +
        `response: ${status} ${type} ${text.slice(0, 2000)}: ${why}`);
    };
    const response = operation.responses[status];
    if (!response) fail(`it has the statuses ${Object.keys(operation.responses)}`);
    this.seen.add(`${operation.operationId} ${status}`);
    if (status === 304 || status === 204) return text === '' || fail('the body must be empty');
    const essence = type.split(';')[0].trim();
    const content = response.content?.[essence] ?? response.content?.['*/*'];
    if (!content) fail(`it has the types ${Object.keys(response.content ?? {})}`);
    if (!essence.includes('json')) return;
    const place = [...operation.at, 'responses', status, 'content', essence, 'schema'];
    const validate = this.validator(pointer(...place));
    if (!validate(JSON.parse(text)))
      fail(this.ajv.errorsText(validate.errors, { separator: '\n', dataVar: 'body' }));
  }

  validator(at) {
    if (!this.validators.has(at)) this.validators.set(at, this.ajv.compile({ $ref: `api.json#${at}` }));
    return this.validators.get(at);
  }
}

let contract; // all nodes of a test run the same program
export async function contractOf(url) {
  if (!contract) {
    const response = await fetch(`${url}/openapi.json`);
    if (response.ok) contract ??= new Contract(await response.json());
  }
  return contract;
}

// Checks a response if the description can be read. A node that is about to stop may not send it any more.
export async function checkResponse(url, method, target, response) {
  const known = await contractOf(url).catch(() => null);
  known?.check(method, target, response);
}
