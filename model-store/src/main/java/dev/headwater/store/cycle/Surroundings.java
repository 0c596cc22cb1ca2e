package dev.headwater.store.cycle;

import dev.headwater.events.wire.QualityWindow;
import dev.headwater.store.table.TableId;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
        public QualityMonitor.@Nullable Fall fall(TableId table) {
          return null;
        }

        @Override
        public String qualityDetails(TableId table) {
          return "nothing is measured";
        }

        @Override
        public long catalogItems(String domain) {
          return 0;
        }
      };

  /** Returns the newest quality windows of a table, oldest first. */
  List<QualityWindow> quality(TableId table);

  /** Returns the fall of a table's quality that goes on, null while there is none. */
  QualityMonitor.@Nullable Fall fall(TableId table);

  /** Returns how the quality of a table stands, for a person. */
  String qualityDetails(TableId table);

  /** Returns the number of items in a domain's catalog, 0 when unknown. */
  long catalogItems(String domain);
}
