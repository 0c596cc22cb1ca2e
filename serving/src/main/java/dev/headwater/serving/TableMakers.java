package dev.headwater.serving;

import dev.headwater.serving.follow.RowsHandler;
import dev.headwater.serving.items.IndexBuilds;
import dev.headwater.serving.items.RecordFiles;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.VectorTable;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.RowStates;

/**
 * Makes the tables of a node.
 *
 * @param setting of the node
 * @param files where what is known of items goes
 * @param guard what a row must fulfil
 * @param builds of indexes
 */
record TableMakers(NodeSetting setting, RecordFiles files, RowGuard guard, IndexBuilds builds) {
  /** Makes tables that tell somebody of their rows. */
  RowsHandler.TableMaker telling(ModelTable.RowListener listener) {
    boolean ranked = setting.config().settings().ranker().enabled();
    return (domain, model, dim) ->
        new ModelTable(
            model,
            rows(dim),
            ranked ? new Experts(domain.ids(), files.records()) : null,
            guard,
            setting.clock(),
            listener,
            builds::index);
  }

  private RowStates rows(int dim) {
    boolean half = setting.config().settings().hasHalfRows();
    return new RowStates(new VectorTable(dim, half), files.records());
  }
}
