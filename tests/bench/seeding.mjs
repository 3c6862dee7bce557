// Writes live auctions directly into the journal and the read models, as the program would have written them, and signs
// bidders in.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Keypair } from '@solana/web3.js';
import { Client } from '../support/client.mjs';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const typeid = (prefix, uuid) => {
  let n = BigInt('0x' + uuid.replaceAll('-', ''));
  let text = '';
  for (let i = 0; i < 26; i++, n >>= 5n) text = alphabet[Number(n & 31n)] + text;
  return `${prefix}_${text}`;
};
const uuidOf = (id) => {
  let n = 0n;
  for (const c of id.slice(4)) n = (n << 5n) | BigInt(alphabet.indexOf(c));
  return n.toString(16).padStart(32, '0').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
};
const uuid = () => {
  const b = randomBytes(16);
  b.writeUIntBE(Date.now(), 0, 6);
  b[6] = (b[6] & 0x0f) | 0x70;
  b[8] = (b[8] & 0x3f) | 0x80;
  return b.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
};

// bid.lua's first amount is between this and ten times this. The bidders' wallets hold enough for it.
const reserve = '1000000000000000';

// Writes listings.txt, one.txt, tokens.txt and body.json for the load generators into the stack's folder. Returns the
// ids of the listings, and the bidders.
export async function seed(stack, count, bidderCount = 64) {
  const seller = await Client.signedIn(stack);
  const bidders =
    await Promise.all(Array.from({ length: bidderCount }, () => Client.signedIn(stack, { sol: 5_000_000 })));
  const studio = await seller.makeStudio();
  const asset = await seller.upload();
  const at = new Date().toISOString();
  const ends = new Date(Date.now() + 86400e3).toISOString();
  const text = (x) => `'${JSON.stringify(x).replaceAll("'", "''")}'`;
  const [sellerId, studioId, assetId] = [uuidOf(seller.user.id), uuidOf(studio.id), uuidOf(asset.id)];
  const rows = { nfts: [], listings: [], journal: [], deadlines: [] };
  const ids = [];
  for (let i = 0; i < count; i++) {
    const [nft, listing, transaction] = [uuid(), uuid(), uuid()];
    const mint = Keypair.generate().publicKey.toBase58();
    const id = typeid('lst', listing);
    ids.push(id);
    const terms = { nftId: typeid('nft', nft), mint, seller: { userId: seller.user.id, wallet: seller.address },
      kind: 'auction', price: reserve, minIncrement: '1', endsAt: ends, royaltyBps: 500,
      creators: [{ address: seller.address, share: 100 }], feeBps: 250, paymentWindow: 86400, approvalWindow: 3600,
      maxRaise: 10 };
    rows.nfts.push(
      `('${nft}','${studioId}','${sellerId}','${assetId}','Bench','B',500,'minted',`
      + `'${mint}','${seller.address}','${mint}',1,'${at}')`);
    rows.listings.push(
      `('${listing}','${nft}','${sellerId}','auction',true,'live',${reserve},1,'${ends}',0,0,2,'${at}')`);
    rows.journal.push(`('${listing}',1,'listing','listing_created',2,${text({ id, terms, at })},'${at}')`);
    rows.journal.push(
      `('${listing}',2,'listing','listing_live',1,${text({ transaction: typeid('txn', transaction) })},'${at}')`);
    rows.deadlines.push(`('${listing}','listing','${ends}')`);
  }
  const columns = {
    nfts: 'id,studio_id,creator_id,asset_id,name,symbol,royalty_bps,phase,'
      + 'mint_address,owner_wallet,signature,version,created_at',
    listings: 'id,nft_id,seller_id,kind,is_open,state,price,min_increment,ends_at,'
      + 'highest_bid,bid_count,version,created_at',
    journal: 'entity_id,sequence,kind,type,version,payload,at',
    deadlines: 'entity_id,kind,due_at',
  };
  for (const [table, all] of Object.entries(rows))
    for (let i = 0; i < all.length; i += 100)
      stack.sql(`insert into ${table} (${columns[table]}) values ${all.slice(i, i + 100).join(',')}`);

  const shown = await fetch(`${stack.url}/v1/listings/${ids[0]}`);
  if (!shown.ok) throw new Error(`a seeded listing cannot be read: ${await shown.text()}`);
  writeFileSync(join(stack.folder, 'body.json'), await shown.text());
  writeFileSync(join(stack.folder, 'listings.txt'), ids.join('\n') + '\n');
  writeFileSync(join(stack.folder, 'one.txt'), ids[0] + '\n');
  writeFileSync(join(stack.folder, 'tokens.txt'), bidders.map((b) => b.token).join('\n') + '\n');
  return { ids, bidders };
}
