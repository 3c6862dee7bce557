-- expand-only
-- What lists filter by and nothing led to (tests/e2e/lists.test.mjs finds such).
create index listings_of_nft on listings (nft_id, id);
create index nfts_unminted on nfts (creator_id, id) where phase <> 'minted';
create index ai_usage_by_day on ai_usage (day);
create index prompt_template_uses_by_uses on prompt_template_uses (uses desc, id);
