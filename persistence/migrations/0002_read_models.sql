create domain lamports as numeric(20) check (value between 0 and 18446744073709551615);
create domain positive_lamports as numeric(20) check (value between 1 and 18446744073709551615);
create domain listing_kind as text check (value in ('fixed', 'auction'));
create domain listing_state as text
  check (value in ('awaiting_signature', 'live', 'ended', 'settling', 'sold', 'cancelled', 'failed'));
create domain address as text check (value ~ '^[1-9A-HJ-NP-Za-km-z]{32,44}$');
create domain basis_points as integer check (value between 0 and 10000);

create table users (
  id         uuid        primary key,
  wallet     address     not null constraint users_wallet_unique unique,
  created_at timestamptz not null
);

-- Sign-in messages that were given out and not yet used.
create table sign_in_nonces (
  nonce      text        primary key check (length(nonce) between 16 and 64),
  address    address     not null,
  message    text        not null,
  expires_at timestamptz not null
);
create index sign_in_nonces_by_time on sign_in_nonces (expires_at);

create table sessions (
  id           uuid        primary key,
  user_id      uuid        not null references users,
  refresh_hash bytea       not null constraint sessions_refresh_unique unique check (length(refresh_hash) = 32),
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  revoked_at   timestamptz,
  check (expires_at > created_at)
);
create index sessions_of_user on sessions (user_id);

create table studios (
  id          uuid        primary key,
  owner_id    uuid        not null references users,
  name        text        not null check (length(name) between 1 and 80),
  slug        text        not null constraint studios_slug_unique unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  description text        not null check (length(description) <= 2000),
  version     count_from_one not null,
  created_at  timestamptz not null
);
create index studios_of_owner on studios (owner_id, id);

create table assets (
  id           uuid        primary key,
  owner_id     uuid        not null references users,
  sha256       bytea       not null check (length(sha256) = 32),
  content_type text        not null check (content_type in ('image/png', 'image/jpeg', 'image/webp', 'image/gif', 'video/mp4')),
  size         bigint      not null check (size between 1 and 20971520),
  created_at   timestamptz not null,
  constraint assets_owner_content_unique unique (owner_id, sha256)
);
create index assets_by_content on assets (sha256);

create table nfts (
  id           uuid         primary key,
  studio_id    uuid         not null references studios,
  creator_id   uuid         not null references users,
  asset_id     uuid         not null references assets,
  name         text         not null check (octet_length(name) between 1 and 32),
  symbol       text         not null check (octet_length(symbol) <= 10),
  royalty_bps  basis_points not null,
  phase        text         not null check (phase in ('draft', 'minting', 'minted')),
  mint_address address      constraint nfts_mint_unique unique,
  owner_wallet address,
  signature    text,
  version      count_from_one not null,
  created_at   timestamptz  not null,
  check ((phase = 'minted') = (owner_wallet is not null and signature is not null and mint_address is not null))
);
create index nfts_of_studio on nfts (studio_id, id);
create index nfts_of_owner on nfts (owner_wallet, id);

create table listings (
  id            uuid        primary key,
  nft_id        uuid        not null references nfts,
  seller_id     uuid        not null references users,
  kind          listing_kind not null,
  is_open       boolean     not null,
  state         listing_state not null,
  price         positive_lamports not null,
  min_increment lamports    not null,
  ends_at       timestamptz,
  highest_bid   lamports    not null,
  leader_id     uuid        references users,
  bid_count     bigint      not null,
  buyer_id      uuid        references users,
  sale_price    lamports,
  signature     text,
  version       count_from_one not null,
  created_at    timestamptz not null,
  check (kind <> 'auction' or ends_at is not null),
  check (bid_count >= 0 and (bid_count = 0) = (leader_id is null) and (bid_count = 0) = (highest_bid = 0)),
  check ((state = 'sold') = (signature is not null)),
  check (state <> 'sold' or (buyer_id is not null and sale_price is not null)),
  check (buyer_id is null or buyer_id <> seller_id)
) with (fillfactor = 60);
create index listings_by_state on listings (state, id);
create index listings_of_seller on listings (seller_id, id);
-- An NFT is for sale in one place at a time, and sold there once.
create unique index listings_nft_id_unique on listings (nft_id) where is_open;

create table bids (
  id         uuid        primary key,
  listing_id uuid        not null references listings,
  bidder_id  uuid        not null references users,
  amount     positive_lamports not null,
  at         timestamptz not null,
  constraint bids_amount_unique unique (listing_id, amount)
);

create table transactions (
  id                      uuid        primary key,
  purpose                 text        not null check (purpose in ('mint', 'approve', 'purchase', 'revoke')),
  subject_id              uuid        not null,
  requested_by            uuid        not null references users,
  state                   text        not null check (state in ('awaiting_signature', 'submitted', 'confirmed', 'failed', 'expired')),
  signature               text        constraint transactions_signature_unique unique,
  last_valid_block_height bigint      not null check (last_valid_block_height > 0),
  failure                 text,
  version                 count_from_one not null,
  created_at              timestamptz not null,
  check (state not in ('submitted', 'confirmed') or signature is not null)
);
create index transactions_under_way on transactions (id) where state = 'submitted';
create index transactions_of_subject on transactions (subject_id);
