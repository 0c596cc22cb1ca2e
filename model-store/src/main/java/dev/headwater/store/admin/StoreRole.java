package dev.headwater.store.admin;

import dev.headwater.store.table.StoreException;
import org.jspecify.annotations.Nullable;

/** What a store is among the stores of an installation. */
public enum StoreRole {
  /** It announces. */
  PRIMARY,
  /** It does what the primary did, and takes its place when it is gone. */
  STANDBY,
  /** It announced, and another one does now: it has to be started again. */
  FENCED;

  /**
   * Tells the role.
   *
   * @param failure why the store is not well, or null
   */
  public static StoreRole of(boolean standby, @Nullable Exception failure) {
    if (standby) {
      return STANDBY;
    }
    boolean fenced =
        failure instanceof StoreException e && e.code() == StoreException.Code.NOT_PRIMARY;
    return fenced ? FENCED : PRIMARY;
  }
}
