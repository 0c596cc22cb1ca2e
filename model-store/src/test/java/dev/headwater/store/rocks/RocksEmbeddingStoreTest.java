package dev.headwater.store.rocks;

import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.AbstractEmbeddingStoreTest;
import dev.headwater.store.table.EmbeddingStore;

class RocksEmbeddingStoreTest extends AbstractEmbeddingStoreTest {
  @Override
  protected EmbeddingStore open(VectorFormat format) {
    return new RocksEmbeddingStore(directory, RocksConfig.defaults().withFormat(format));
  }

  @Override
  protected boolean durable() {
    return true;
  }
}
