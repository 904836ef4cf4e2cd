/*
 * Runs every method of Backstage's own catalog client against a running server, and checks what comes back.
 *
 *   node check-client.js SERVER_URL DESCRIPTORS_URL
 *
 * The server must be allowed to read DESCRIPTORS_URL, which serves the folder descriptors/ beside this file, and its
 * catalog must not hold those entities yet. Prints one line for each method; exits with status 1 at the first failure.
 */
import assert from 'node:assert/strict';
import { CatalogClient, CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';

const [serverUrl, descriptorsUrl] = process.argv.slice(2);
assert.ok(serverUrl && descriptorsUrl, 'usage: node check-client.js SERVER_URL DESCRIPTORS_URL');

const HELPERS = ['constructor', 'requestIgnored', 'requestRequired', 'requestOptional', 'getFilterValue'];
// The client calls these itself, for a query or facets with a predicate.
const INNER = ['queryEntitiesByPredicate', 'getEntityFacetsByPredicate'];
const client = new CatalogClient({ discoveryApi: { getBaseUrl: async () => `${serverUrl}/api/catalog` } });
const target = `${descriptorsUrl}/catalog-info.yaml`;
const otherTarget = `${descriptorsUrl}/other.yaml`;
const cart = 'component:default/cart';
const ours = { kind: ['component', 'api', 'group'], 'metadata.name': ['cart', 'cart-api', 'team-a'] };
const oursAsPredicate = { $any: [{ 'metadata.name': 'cart' }, { 'metadata.name': 'cart-api' }, { 'metadata.name': 'team-a' }] };

const names = entities => entities.map(entity => entity.metadata.name);
const sorted = values => [...values].sort();
const collect = async pages => {
  const all = [];
  for await (const page of pages) all.push(...page);
  return all;
};
const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
const until = async (what, isSo) => {
  for (let tries = 0; tries < 120; tries++) {
    if (await isSo()) return;
    await pause(250);
  }
  throw new Error(`Waited 30 s in vain until ${what}`);
};

let location;
let cartEntity;

const checks = {
  async addLocation() {
    const tried = await client.addLocation({ target, dryRun: true });
    assert.equal(tried.exists, false);
    assert.ok(names(tried.entities).includes('cart'));
    ({ location } = await client.addLocation({ target }));
    assert.deepEqual({ type: location.type, target: location.target }, { type: 'url', target });
    await assert.rejects(client.addLocation({ target }), error => error.statusCode === 409);
    const again = await client.addLocation({ target, onConflict: 'refresh' });
    assert.deepEqual(again.location, location);
    await until('the entities of the location appear', async () => {
      cartEntity = await client.getEntityByRef(cart);
      return cartEntity?.relations?.some(relation => relation.targetRef === 'group:default/team-a');
    });
  },
  async getEntityByRef() {
    assert.equal(cartEntity.metadata.description, 'Holds what customers mean to buy');
    assert.equal(await client.getEntityByRef('component:default/nope'), undefined);
  },
  async getEntityByName() {
    const entity = await client.getEntityByName({ kind: 'Component', namespace: 'default', name: 'cart' });
    assert.deepEqual(entity, cartEntity);
  },
  async getEntities() {
    const { items } = await client.getEntities({ filter: ours, order: { field: 'metadata.name', order: 'desc' } });
    assert.deepEqual(names(items), ['team-a', 'cart-api', 'cart']);
    const cut = await client.getEntities({
      filter: { ...ours, 'spec.owner': CATALOG_FILTER_EXISTS },
      fields: ['metadata.name', 'kind'],
      order: { field: 'metadata.name', order: 'asc' },
      limit: 1,
      offset: 1,
    });
    assert.deepEqual(cut.items, [{ metadata: { name: 'cart-api' }, kind: 'API' }]);
  },
  async getEntitiesByRefs() {
    const entityRefs = [cart, 'component:default/nope', 'api:default/cart-api'];
    const { items } = await client.getEntitiesByRefs({ entityRefs, fields: ['metadata.name'] });
    assert.deepEqual(items, [{ metadata: { name: 'cart' } }, undefined, { metadata: { name: 'cart-api' } }]);
    const filtered = await client.getEntitiesByRefs({ entityRefs, filter: { kind: 'api' }, query: { 'spec.type': 'openapi' } });
    assert.deepEqual(filtered.items.map(item => item?.metadata.name), [undefined, undefined, 'cart-api']);
    const many = Array.from({ length: 2500 }, (_, number) => `component:default/nope-${number}`);
    assert.equal((await client.getEntitiesByRefs({ entityRefs: many })).items.length, 2500);
  },
  async queryEntities() {
    const orderFields = { field: 'metadata.name', order: 'asc' };
    const first = await client.queryEntities({ filter: ours, orderFields, limit: 2 });
    assert.deepEqual([names(first.items), first.totalItems], [['cart', 'cart-api'], 3]);
    const second = await client.queryEntities({ cursor: first.pageInfo.nextCursor, limit: 2 });
    assert.deepEqual([names(second.items), second.pageInfo.nextCursor], [['team-a'], undefined]);
    const back = await client.queryEntities({ cursor: second.pageInfo.prevCursor, limit: 2 });
    assert.deepEqual(names(back.items), ['cart', 'cart-api']);
    const found = await client.queryEntities({ filter: ours, fullTextFilter: { term: 'cart', fields: ['metadata.name'] }, totalItems: 'exclude' });
    assert.deepEqual([sorted(names(found.items)), found.totalItems], [['cart', 'cart-api'], 0]);
    const queried = await client.queryEntities({ query: oursAsPredicate, orderFields, limit: 2, fields: ['metadata.name'] });
    assert.deepEqual(queried.items, [{ metadata: { name: 'cart' } }, { metadata: { name: 'cart-api' } }]);
    const rest = await client.queryEntities({ cursor: queried.pageInfo.nextCursor, limit: 2 });
    assert.deepEqual(names(rest.items), ['team-a']);
    await assert.rejects(client.queryEntities({ cursor: 'not-a-cursor' }), error => error.body.error.name === 'InputError');
  },
  async streamEntities() {
    assert.deepEqual(sorted(names(await collect(client.streamEntities({ filter: ours, pageSize: 1 })))), ['cart', 'cart-api', 'team-a']);
    const queried = client.streamEntities({ query: oursAsPredicate, pageSize: 2 });
    assert.deepEqual(sorted(names(await collect(queried))), ['cart', 'cart-api', 'team-a']);
  },
  async getEntityFacets() {
    const { facets } = await client.getEntityFacets({ filter: ours, facets: ['kind', 'metadata.tags'] });
    assert.deepEqual(sorted(facets.kind.map(({ value, count }) => `${value} ${count}`)), ['API 1', 'Component 1', 'Group 1']);
    assert.deepEqual(sorted(facets['metadata.tags'].map(({ value }) => value)), ['checkout', 'java']);
    const queried = await client.getEntityFacets({ query: oursAsPredicate, facets: ['spec.owner'] });
    assert.deepEqual(queried.facets['spec.owner'], [{ value: 'team-a', count: 2 }]);
  },
  async getEntityAncestors() {
    const { rootEntityRef, items } = await client.getEntityAncestors({ entityRef: cart });
    assert.equal(rootEntityRef, cart);
    assert.deepEqual(items[0].parentEntityRefs, [location.entityRef]);
  },
  async getLocations() {
    assert.ok((await client.getLocations()).items.some(({ id }) => id === location.id));
  },
  async queryLocations() {
    const { items, totalItems } = await client.queryLocations({ query: { target }, limit: 5 });
    assert.deepEqual([items, totalItems], [[location], 1]);
  },
  async streamLocations() {
    assert.deepEqual(await collect(client.streamLocations({ query: { target } })), [location]);
  },
  async getLocationById() {
    assert.deepEqual(await client.getLocationById(location.id), location);
    assert.equal(await client.getLocationById('nope'), undefined);
  },
  async getLocationByRef() {
    assert.deepEqual(await client.getLocationByRef(`url:${target}`), location);
  },
  async getLocationByEntity() {
    assert.deepEqual(await client.getLocationByEntity(cart), location);
  },
  async refreshEntity() {
    await client.refreshEntity(cart);
    await assert.rejects(client.refreshEntity('component:default/nope'), error => error.statusCode === 404);
  },
  async validateEntity() {
    const { metadata, relations, ...rest } = cartEntity;
    const entity = { ...rest, metadata: { name: 'cart' } };
    assert.deepEqual(await client.validateEntity(entity, `url:${target}`), { valid: true });
    const bad = await client.validateEntity({ ...entity, spec: { type: 'service' } }, `url:${target}`);
    assert.equal(bad.valid, false);
    assert.match(bad.errors[0].message, /lifecycle/);
  },
  async analyzeLocation() {
    const found = await client.analyzeLocation({ location: { type: 'url', target } });
    assert.deepEqual(sorted(Object.keys(found)), ['existingEntityFiles', 'generateEntities']);
  },
  async removeEntityByUid() {
    await client.removeEntityByUid(cartEntity.metadata.uid);
    await until('its location brings the entity back', async () => {
      const entity = await client.getEntityByRef(cart);
      return entity && entity.metadata.uid !== cartEntity.metadata.uid;
    });
  },
  async updateLocation() {
    const updated = await client.updateLocation(location.id, { target: otherTarget });
    assert.deepEqual(updated, { ...location, target: otherTarget });
    await until('the new target is there and the old is gone', async () => {
      const { items } = await client.getEntitiesByRefs({ entityRefs: ['resource:default/orders-db', cart] });
      return items[0] && !items[1];
    });
  },
  async removeLocationById() {
    await client.removeLocationById(location.id);
    await until('its entities are gone', async () => !(await client.getEntityByRef('resource:default/orders-db')));
    await assert.rejects(client.removeLocationById(location.id), error => error.statusCode === 404);
  },
};

const methods = Object.getOwnPropertyNames(CatalogClient.prototype).filter(name => ![...HELPERS, ...INNER].includes(name));
assert.deepEqual(sorted(Object.keys(checks)), sorted(methods), 'every method of the client is checked');
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
  } catch (error) {
    console.error(`failed ${name}`);
    throw error;
  }
  console.log(`ok ${name}`);
}
