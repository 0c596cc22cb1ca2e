package dev.headwater.jobs.finetune;

import dev.headwater.jobs.rows.RowFeed;

/** A feed whose rows a test hands over itself. */
class TestFeed implements RowFeed {
  volatile boolean caughtUp;

  @Override
  public final boolean isCaughtUp() {
    return caughtUp;
  }

  @Override
  public final boolean isLevel() {
    return caughtUp;
  }

  @Override
  public final void requireHealthy() {}

  @Override
  public void close() {}
}
