package dev.headwater.serving.users;

import java.util.List;

/** Makes rows from texts, as the cross-domain ID matcher does for new items. */
@FunctionalInterface
public interface TextRows {
  /**
   * Makes one row a text; the first call may take seconds.
   *
   * @return {@code [texts][dim]}; an empty row where nothing matches
   */
  float[][] rows(List<String> texts);
}
