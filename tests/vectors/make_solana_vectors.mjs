// Writes solana.json: the output of the official JavaScript SDKs for the inputs of tests/unit/net/solana. Run it after
// a change in this file: node tests/vectors/make_solana_vectors.mjs
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { ComputeBudgetProgram, Keypair, PublicKey, SystemProgram, TransactionInstruction, TransactionMessage,
  VersionedTransaction } from '@solana/web3.js';
import * as token from '@solana/spl-token';
import { createInitializeInstruction, createUpdateFieldInstruction, pack } from '@solana/spl-token-metadata';
import bs58 from 'bs58';

// Derives keys from names, so that every run writes the same file.
const keyPair = (name) => Keypair.fromSeed(createHash('sha256').update(name).digest());
const key = (name) => keyPair(name).publicKey;
const [payer, seller, buyer, mint, delegate, reserve] =
  ['payer', 'seller', 'buyer', 'mint', 'delegate', 'reserve'].map(key);
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const blockhash = bs58.encode(createHash('sha256').update('blockhash').digest());
const programs = { token: token.TOKEN_PROGRAM_ID, token2022: token.TOKEN_2022_PROGRAM_ID };
const MEMO = new PublicKey('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr');

const instruction = (i) => ({
  program: i.programId.toBase58(),
  accounts: i.keys.map((k) => ({ key: k.pubkey.toBase58(), signer: k.isSigner, writable: k.isWritable })),
  data: hex(i.data),
});

const instructions = {
  systemCreateAccount: SystemProgram.createAccount({ fromPubkey: payer, newAccountPubkey: mint, lamports: 2_500_000,
    space: 234, programId: programs.token2022 }),
  systemTransfer: SystemProgram.transfer({ fromPubkey: buyer, toPubkey: seller, lamports: 9_876_543_210n }),
  associatedCreateIdempotent: token.createAssociatedTokenAccountIdempotentInstruction(payer,
    token.getAssociatedTokenAddressSync(mint, buyer, false, programs.token2022), buyer, mint, programs.token2022),
  metadataPointer: token.createInitializeMetadataPointerInstruction(mint, seller, mint, programs.token2022),
  metadataPointerNone: token.createInitializeMetadataPointerInstruction(mint, null, null, programs.token2022),
  metadataInitialize: createInitializeInstruction({ programId: programs.token2022, metadata: mint,
    updateAuthority: seller, mint, mintAuthority: seller, name: 'Dawn ☀', symbol: 'DWN',
    uri: 'https://example.test/1.json' }),
  metadataUpdateField: createUpdateFieldInstruction({ programId: programs.token2022, metadata: mint,
    updateAuthority: seller, field: 'sky', value: 'red' }),
  memo: new TransactionInstruction({ programId: MEMO, keys: [{ pubkey: seller, isSigner: true, isWritable: false }],
    data: Buffer.from('hello, memo') }),
  computeUnitLimit: ComputeBudgetProgram.setComputeUnitLimit({ units: 200_000 }),
  computeUnitPrice: ComputeBudgetProgram.setComputeUnitPrice({ microLamports: 123_456_789 }),
};
for (const [name, program] of Object.entries(programs)) {
  const account = token.getAssociatedTokenAddressSync(mint, seller, false, program);
  const to = token.getAssociatedTokenAddressSync(mint, buyer, false, program);
  instructions[`${name}InitializeMint2`] = token.createInitializeMint2Instruction(mint, 6, seller, null, program);
  instructions[`${name}InitializeMint2Freeze`] = token.createInitializeMint2Instruction(mint, 0, seller, payer,
    program);
  instructions[`${name}MintTo`] = token.createMintToInstruction(mint, account, seller, 1, [], program);
  instructions[`${name}SetAuthorityNone`] = token.createSetAuthorityInstruction(mint, seller,
    token.AuthorityType.MintTokens, null, [], program);
  instructions[`${name}SetAuthority`] = token.createSetAuthorityInstruction(account, seller,
    token.AuthorityType.AccountOwner, buyer, [], program);
  instructions[`${name}ApproveChecked`] = token.createApproveCheckedInstruction(account, mint, delegate, seller, 1, 0,
    [], program);
  instructions[`${name}Revoke`] = token.createRevokeInstruction(account, seller, [], program);
  instructions[`${name}TransferChecked`] = token.createTransferCheckedInstruction(account, mint, to, delegate, 1, 0, [],
    program);
}

const sale = [instructions.computeUnitLimit, instructions.systemTransfer, instructions.associatedCreateIdempotent,
  instructions.token2022TransferChecked];
const minting = [instructions.systemCreateAccount, instructions.metadataPointer, instructions.token2022InitializeMint2,
  instructions.metadataInitialize];
const many = Array.from({ length: 20 },
  (_, i) => SystemProgram.transfer({ fromPubkey: payer, toPubkey: key(`to ${i}`), lamports: i + 1 }));

function message(list, version, signers) {
  const compiled = new TransactionMessage({ payerKey: payer, recentBlockhash: blockhash, instructions: list });
  const m = version === 'v0' ? compiled.compileToV0Message() : compiled.compileToLegacyMessage();
  const tx = new VersionedTransaction(m);
  tx.sign(signers.map(keyPair));
  return { version, message: hex(m.serialize()), transaction: hex(tx.serialize()), signers };
}

const longMetadata = { updateAuthority: seller, mint, name: 'A name', symbol: 'SYM', uri: 'https://example.test/long',
  additionalMetadata: [['one', 'two'], ['three', 'four']] };

const out = {
  keys: Object.fromEntries(['payer', 'seller', 'buyer', 'mint', 'delegate', 'reserve']
    .map((n) => [n, { address: key(n).toBase58(), secret: hex(keyPair(n).secretKey) }])),
  base58: ['00', '0000ff', hex(Buffer.from('hello world')), hex(key('payer').toBytes()),
    '00'.repeat(32), 'ff'.repeat(64)].map((h) => ({ hex: h, text: bs58.encode(Buffer.from(h, 'hex')) })),
  blockhash,
  associated: Object.entries(programs).flatMap(([name, program]) => ['seller', 'buyer'].map((owner) =>
    ({ program: name, owner,
      address: token.getAssociatedTokenAddressSync(mint, key(owner), false, program).toBase58() }))),
  derived: [['escrow'], ['a', 'b', 'c'], ['x'.repeat(32), '']].map((seeds) => {
    const [address, bump] = PublicKey.findProgramAddressSync(seeds.map((s) => Buffer.from(s)), programs.token2022);
    return { seeds, address: address.toBase58(), bump };
  }),
  onCurve: Array.from({ length: 40 }, (_, i) => {
    const bytes = createHash('sha256').update(`point ${i}`).digest();
    return { hex: hex(bytes), onCurve: PublicKey.isOnCurve(bytes) };
  }),
  instructions: Object.fromEntries(Object.entries(instructions).map(([n, i]) => [n, instruction(i)])),
  messages: {
    saleV0: message(sale, 'v0', ['payer', 'buyer', 'delegate']),
    saleLegacy: message(sale, 'legacy', ['payer', 'buyer', 'delegate']),
    mintingV0: message(minting, 'v0', ['payer', 'mint', 'seller']),
    manyLegacy: message(many, 'legacy', ['payer']),
  },
  receivers: many.map((i) => i.keys[1].pubkey.toBase58()),
  metadataSpace: { name: longMetadata.name, symbol: longMetadata.symbol, uri: longMetadata.uri,
    additional: longMetadata.additionalMetadata, space: pack(longMetadata).length + 4 },
  mintSize: token.getMintLen([token.ExtensionType.MetadataPointer]),
};
writeFileSync(new URL('solana.json', import.meta.url), JSON.stringify(out, null, 1) + '\n');
