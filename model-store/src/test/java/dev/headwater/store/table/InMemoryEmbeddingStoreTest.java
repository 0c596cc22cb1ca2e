package dev.headwater.store.table;

import dev.headwater.events.wire.VectorFormat;

class InMemoryEmbeddingStoreTest extends AbstractEmbeddingStoreTest {
  @Override
  protected EmbeddingStore open(VectorFormat format) {
    return new InMemoryEmbeddingStore(format);
  }

  @Override
  protected boolean durable() {
    return false;
  }
}
