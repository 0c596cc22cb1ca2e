package dev.headwater.store.cycle;

import dev.headwater.events.wire.QualityWindow;
import dev.headwater.store.table.TableId;
import java.util.List;

/** What validators may know beside the table: measured quality and the catalog's size. */
public interface Surroundings {
  /** Nothing known: validators that need it pass. */
  Surroundings NONE =
      new Surroundings() {
        @Override
        public List<QualityWindow> quality(TableId table) {
          return List.of();
        }

        @Override
        public long catalogItems(String domain) {
          return 0;
        }
      };

  /** Returns the newest quality windows of a table, oldest first. */
  List<QualityWindow> quality(TableId table);

  /** Returns the number of items in a domain's catalog, 0 when unknown. */
  long catalogItems(String domain);
}
