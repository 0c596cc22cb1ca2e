package dev.headwater.idp.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Where a table or a plot finds what cells came to. */
@FunctionalInterface
public interface Results {
  /** What a cell came to; empty where there is nothing that may be shown. */
  Optional<JsonNode> get(Cell cell);
}
