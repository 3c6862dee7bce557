// Checks that the responses to users, the journal and the read models agree. Implements the rules itself and shares no
// code with the server.

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

// The UUID of a TypeID ("lst_01j…").
export function uuidOf(typeId) {
  let bits = 0n;
  for (const c of typeId.slice(typeId.lastIndexOf('_') + 1)) bits = bits << 5n | BigInt(alphabet.indexOf(c));
  return bits.toString(16).padStart(32, '0').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}

// Collects what faultsIn() checks: the present rows of the database, and what the clients saw.
export function evidence(cluster, load) {
  const rows = (sql) => JSON.parse(cluster.sql(`select coalesce(json_agg(x), '[]') from (${sql}) x`));
  return {
    journal: rows(
      'select entity_id as entity, sequence, kind, type, payload, transaction::text, position '
      + 'from journal order by entity_id, sequence'),
    listings: rows(
      'select id, version, state, bid_count, highest_bid::text, leader_id, buyer_id, sale_price::text, nft_id '
      + 'from listings'),
    bids: rows('select id, listing_id, bidder_id, amount::text from bids'),
    acknowledged: load.acknowledged,
    watchers: load.watchers.map((w) => ({ name: w.name, from: w.from,
      events: w.socket.events.filter((e) => e.body?.sequence)
        .map((e) => ({ id: e.body.id, sequence: e.body.sequence, type: e.body.type })) })),
  };
}

// Returns one sentence for each fault; an empty array if there is none.
export function faultsIn(e) {
  return [...gaps(e), ...unkept(e), ...soldTwice(e), ...outOfOrder(e), ...readModels(e), ...unseen(e)];
}

const group = (all, key) => {
  const out = new Map();
  for (const x of all) out.has(key(x)) ? out.get(key(x)).push(x) : out.set(key(x), [x]);
  return out;
};

function gaps({ journal }) {
  const out = [];
  for (const [entity, events] of group(journal, (j) => j.entity)) {
    const have = events.map((j) => j.sequence);
    have.forEach((s, i) => { if (s !== i + 1) out.push(`${events[0].kind} ${entity}: event ${i + 1} is ${s}`); });
  }
  return [...new Set(out)].slice(0, 20);
}

function unkept({ journal, acknowledged }) {
  const placed = group(journal.filter((j) => j.kind === 'listing' && j.type === 'bid_placed'), (j) => j.payload.id);
  const out = [];
  for (const { listing, id, amount } of acknowledged) {
    const found = placed.get(id) ?? [];
    if (found.length !== 1) out.push(`the acknowledged bid ${id} is in the journal ${found.length} times`);
    else if (found[0].payload.amount !== amount || found[0].entity !== uuidOf(listing))
      out.push(`the acknowledged bid ${id} of ${amount} is another one in the journal`);
  }
  return out;
}

function soldTwice({ journal, listings }) {
  const nftOf = new Map(listings.map((l) => [l.id, l.nft_id]));
  const out = [];
  const sales = journal.filter((j) => j.kind === 'listing' && j.type === 'listing_sold');
  for (const [listing, sold] of group(sales, (j) => j.entity))
    if (sold.length > 1) out.push(`listing ${listing} was sold ${sold.length} times`);
  // The load lists each NFT only once, so an NFT is sold at most once.
  for (const [nft, sold] of group(sales, (j) => nftOf.get(j.entity)))
    if (sold.length > 1) out.push(`NFT ${nft} was sold ${sold.length} times`);
  return out;
}

// In an auction, each bid is higher than the one before it.
function outOfOrder({ journal }) {
  const out = [];
  for (const [listing, events] of
    group(journal.filter((j) => j.kind === 'listing' && j.type === 'bid_placed'), (j) => j.entity))
    events.reduce((before, j) => {
      if (BigInt(j.payload.amount) <= before)
        out.push(`listing ${listing}: bid ${j.sequence} of ${j.payload.amount} is not above ${before}`);
      return BigInt(j.payload.amount);
    }, 0n);
  return out;
}

function readModels({ journal, listings, bids }) {
  const out = [];
  const rows = new Map(listings.map((l) => [l.id, l]));
  const bidRows = group(bids, (b) => b.listing_id);
  for (const [id, events] of group(journal.filter((j) => j.kind === 'listing'), (j) => j.entity)) {
    const row = rows.get(id);
    const placed = events.filter((j) => j.type === 'bid_placed');
    const sold = events.find((j) => j.type === 'listing_sold');
    const expected = {
      version: Math.max(...events.map((j) => j.sequence)),
      bid_count: placed.length,
      highest_bid: placed.at(-1)?.payload.amount ?? '0',
      leader_id: placed.length ? uuidOf(placed.at(-1).payload.bidder.userId) : null,
      buyer_id: sold ? uuidOf(sold.payload.buyer.userId) : null,
      sale_price: sold?.payload.amount ?? null,
    };
    if (sold) expected.state = 'sold';
    for (const [field, value] of Object.entries(expected))
      if (row?.[field] !== value)
        out.push(`listing ${id}: ${field} is ${row?.[field]} in the read model and ${value} in the journal`);
    const inRows = (bidRows.get(id) ?? []).map((b) => `${b.id} ${b.amount}`).sort().join();
    if (inRows !== placed.map((j) => `${uuidOf(j.payload.id)} ${j.payload.amount}`).sort().join())
      out.push(`listing ${id}: the rows of its bids are not the journal's`);
  }
  return out;
}

// Each watcher saw each event of its listings exactly once and in order.
function unseen({ journal, watchers }) {
  const last = new Map();
  for (const j of journal) last.set(j.entity, Math.max(last.get(j.entity) ?? 0, j.sequence));
  const out = [];
  for (const { name, from, events } of watchers)
    for (const [id, version] of Object.entries(from)) {
      const seen = events.filter((e) => e.id === id).map((e) => e.sequence);
      const expected = Array.from({ length: last.get(uuidOf(id)) - version }, (_, i) => version + 1 + i);
      if (seen.join() !== expected.join()) {
        const at = expected.findIndex((s, i) => seen[i] !== s);
        out.push(
          `${name} of ${id}: saw ${seen.length} of ${expected.length} events; `
          + `the first that differs is ${expected[at]}, where ${seen[at]} came`);
      }
    }
  return out;
}
