// Errors in the format of the Solana validator.

export class RpcError extends Error {
  constructor(code, message, data) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

export const invalidParams = (message) => new RpcError(-32602, `Invalid params: ${message}`);

// Converts an error of the VM from Rust's debug format, such as "err: InstructionError(0, Custom(1)), meta: …", to
// JSON: {"InstructionError":[0,{"Custom":1}]}. A name without fields becomes a string.
export function readError(text) {
  const from = text.indexOf('err: ') + 5;
  let at = from;
  const value = () => {
    const name = /^[A-Za-z0-9_]+/.exec(text.slice(at))?.[0] ?? 'UnknownError';
    at += name.length;
    if (/^\d+$/.test(name)) return Number(name);
    if (text[at] === '(') {
      ++at;
      const fields = [value()];
      while (text.startsWith(', ', at)) {
        at += 2;
        fields.push(value());
      }
      ++at;
      return { [name]: fields.length === 1 ? fields[0] : fields };
    }
    if (text.startsWith(' { ', at)) {
      at += 3;
      const fields = {};
      for (;;) {
        const field = /^[a-z_]+/.exec(text.slice(at))[0];
        at += field.length + 2;
        fields[field] = value();
        if (!text.startsWith(', ', at)) break;
        at += 2;
      }
      at += 2;
      return { [name]: fields };
    }
    return name;
  };
  return value();
}

// The message for a preflight failure.
export function describe(err) {
  if (err?.InstructionError) {
    const [index, inner] = err.InstructionError;
    const what = inner?.Custom !== undefined ? `custom program error: 0x${inner.Custom.toString(16)}` : words(inner);
    return `Error processing Instruction ${index}: ${what}`;
  }
  const known = {
    BlockhashNotFound: 'Blockhash not found',
    AlreadyProcessed: 'This transaction has already been processed',
    AccountNotFound: 'Attempt to debit an account but found no record of a prior credit.',
    InsufficientFundsForFee: 'Insufficient funds for fee',
  };
  return known[err] ?? words(err);
}

function words(x) {
  const name = typeof x === 'string' ? x : Object.keys(x)[0];
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
