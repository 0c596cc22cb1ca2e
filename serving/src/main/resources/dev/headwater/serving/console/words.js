// What the API's codes mean to a person, and what to do.

export const ITEM_STATES = {
  unknown: ['Unknown', 'idle', 'Nobody has published an item with this id here.'],
  rejected: ['Refused', 'bad', 'The record was refused and is not in the catalog.'],
  received: ['On its way', 'wait', 'The catalog has it; its embedding is being made.'],
  published: ['Almost there', 'wait', 'Its embedding is made and on its way to this node.'],
  refused: ['Held back', 'bad', 'This node does not serve its embedding, because it failed a guard.'],
  visible: ['Visible', 'good', 'It can be recommended.'],
  denied: ['Denied', 'warn', 'An operator took it out of every answer.'],
  unavailable: ['Not available', 'warn', 'The catalog says that it is not available.'],
  deleted: ['Deleted', 'idle', 'It was taken out of the catalog.'],
};

export const REASONS = {
  not_json: ['The record was not JSON.', 'Send one JSON object a record, in UTF-8.'],
  wrong_type: ['A field had the wrong type.', 'Compare the record with the JSON Schema of a catalog item; numbers and texts are not interchangeable.'],
  missing_field: ['A required field was missing.', 'Send domain, item and title with every record.'],
  invalid_value: ['A field had a value that is not allowed.', 'Correct the value that the detail names, then publish the item again.'],
  empty_id: ['The item id was empty.', 'Give every item an id.'],
  id_too_long: ['The id was too long.', 'Shorten it, then publish the item again.'],
  unknown_domain: ['The domain is not known here.', 'Check the spelling, or have the domain added to the configuration.'],
  item_without_title: ['The item had no title, so there is no text to make an embedding from.', 'Give it a title that says what it is, then publish it again.'],
  timestamp_in_future: ['Its time lay in the future.', 'Correct the clock of the sender.'],
  timestamp_negative: ['Its time was negative.', 'Send Unix milliseconds.'],
  record_too_large: ['The record was larger than allowed.', 'Shorten the text or the attributes, then publish it again.'],
  batch_too_large: ['The record came in a batch that was larger than allowed.', 'Publish it again, in smaller batches.'],
  wrong_format: ['The record was not in the format that is declared for its topic.', 'Compare the mapping (ingest.mappings) with what the topic holds: headwater map shows both.'],
  unknown_schema: ['The record named a schema that the registry does not have.', 'Register the schema, then publish the record again.'],
  key_mismatch: ['The key and the record named different items.', 'Use domain/item as the key of the record.'],
  no_usable_text: ['The text gave no usable embedding; a stand-in is used.', 'Give it a title in plain words of one language.'],
  undecodable: ['A record inside Headwater could not be read.', 'Tell the people who run Headwater; publish the item again meanwhile.'],
  processing_failed: ['Headwater itself failed on this record.', 'Publish it again; if it fails again, tell the people who run Headwater.'],
};

/** What a refusal means and what to do about it. */
export function reason(code) {
  return REASONS[code] ?? [`It was refused: ${code.replaceAll('_', ' ')}.`, 'Read the detail, correct the record and publish it again.'];
}

export const ORIGINS = {
  cold_start: ['New', 'made from its text; nobody has clicked it yet'],
  fine_tuned: ['Learned', 'has learned from clicks'],
  fallback: ['Stand-in', 'its text gave nothing to go by'],
  rollback: ['Rolled back', 'as it was before a rollback'],
};

export const origin = (code) => ORIGINS[code] ?? [code.replaceAll('_', ' '), ''];

export const LAG_STATES = {
  live: ['Live', 'good', 'Heartbeats pass.'],
  idle: ['Idle', 'idle', 'It is well; nothing but heartbeats passes.'],
  slow: ['Slow', 'warn', 'Heartbeats pass later than they should.'],
  stopped: ['Stopped', 'bad', 'No heartbeat passes any more.'],
};

export const HOPS = {
  ingest: ['Ingest', 'checks records, builds histories'],
  'cold-start': ['Cold start', 'makes an embedding from the text'],
  'fine-tune': ['Fine-tune', 'learns from clicks'],
  store: ['Model store', 'keeps versions'],
  serving: ['Serving', 'answers'],
};

export const PATHS = {
  clicks: ['Clicks', 'from a click to an answer that knows it'],
  items: ['New items', 'from the catalog to an answer that holds it'],
};

export const VERSION_STATES = {
  ANNOUNCED: ['Announced', 'good'],
  SEALED: ['Sealed', 'idle'],
  REJECTED: ['Rejected', 'bad'],
  RETRACTED: ['Taken back', 'warn'],
};

export const KINDS = {
  ANNOUNCED: ['Announced', 'good'],
  REJECTED: ['Rejected', 'bad'],
  ROLLED_BACK: ['Rolled back', 'warn'],
  PINNED: ['Pinned', 'warn'],
  UNPINNED: ['Unpinned', 'idle'],
  RETRACTED: ['Taken back', 'warn'],
};

/** A failed call in words. */
export function failure(e) {
  const known = {
    unreachable: 'The node does not answer.',
    unauthenticated: 'This needs a key.',
    forbidden: 'Your key may not do this.',
    store_not_configured: 'This node knows no model store (serving.store-admin), so it can neither list versions nor forward calls.',
    store_busy: 'As many calls as may be wait for the model store already.',
    order_unconfirmed: 'The model store has not answered in two minutes and may still do it: look at the versions before you order again.',
    store_unreachable: 'The model store does not answer.',
    not_ready: 'The node is still loading.',
    overloaded: 'The node is busy; try again in a moment.',
    rate_limited: 'Too many calls; try again in a moment.',
    log_unavailable: 'Kafka does not answer: nothing was written. Try again.',
    unknown_domain: 'This node does not serve this domain.',
  };
  return known[e.code] ?? e.message ?? String(e);
}
