-- The column `version` of a read model is the sequence of the entity's latest event. Until now it counted writes, of which several events of one transaction were one.
update studios r set version = j.version
  from (select entity_id, max(sequence) as version from journal where kind = 'studio' group by entity_id) j where j.entity_id = r.id and j.version <> r.version;
update nfts r set version = j.version
  from (select entity_id, max(sequence) as version from journal where kind = 'nft' group by entity_id) j where j.entity_id = r.id and j.version <> r.version;
update listings r set version = j.version
  from (select entity_id, max(sequence) as version from journal where kind = 'listing' group by entity_id) j where j.entity_id = r.id and j.version <> r.version;
update transactions r set version = j.version
  from (select entity_id, max(sequence) as version from journal where kind = 'transaction' group by entity_id) j where j.entity_id = r.id and j.version <> r.version;
