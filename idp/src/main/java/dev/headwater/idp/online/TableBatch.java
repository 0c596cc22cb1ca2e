package dev.headwater.idp.online;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.encoder.PaddedHistories;
import dev.headwater.idp.encoder.SequenceBatch;
import dev.headwater.idp.tensor.ComputeDevice;
import java.util.ArrayList;
import java.util.List;

/**
 * Some examples and the table whose slots they name. Several of them can be encoded together: their
 * histories stand in one batch, part by part.
 *
 * @param batch at least one example
 */
public record TableBatch(List<Example> batch, EmbeddingTable table) {
  /** Checks that there is something, and that all slots of histories hold rows. */
  public TableBatch {
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least one example");
    }
    for (Example example : batch) {
      for (int slot : example.history()) {
        table.check(slot);
      }
    }
  }

  /** The examples from one place to another among those of all parts, each with its own table. */
  static List<TableBatch> between(List<TableBatch> parts, int from, int to) {
    List<TableBatch> found = new ArrayList<>();
    int start = 0;
    for (TableBatch part : parts) {
      int first = Math.max(0, from - start);
      int last = Math.min(part.batch.size(), to - start);
      if (first < last) {
        found.add(new TableBatch(part.batch.subList(first, last), part.table));
      }
      start += part.batch.size();
    }
    return found;
  }

  /** The histories of all, padded to the longest of them. */
  static PaddedHistories padded(List<TableBatch> parts, int maxLength) {
    List<int[]> all = new ArrayList<>();
    parts.forEach(part -> part.batch.forEach(example -> all.add(example.history())));
    return PaddedHistories.of(all, maxLength);
  }

  /** Looks the rows up, each part's in its own table, for a device on which the step computes. */
  static SequenceBatch gather(
      List<TableBatch> parts, PaddedHistories padded, NDManager step, ComputeDevice device) {
    NDList gathered = new NDList();
    int from = 0;
    for (TableBatch part : parts) {
      long[] indices = new long[part.batch.size() * padded.length()];
      for (int i = 0; i < indices.length; i++) {
        indices[i] = Math.max(0, padded.rows()[from + i]);
      }
      from += indices.length;
      Shape lines = new Shape(part.batch.size(), padded.length());
      gathered.add(part.table.rows().gather(step, device, indices, lines));
    }
    NDArray items = gathered.size() == 1 ? gathered.get(0) : NDArrays.concat(gathered, 0);
    return SequenceBatch.of(items, padded.lengths());
  }

  /** The lines of one part among those of all: the array itself, where there is one part. */
  static NDArray lines(NDArray of, int from, int to) {
    return from == 0 && to == of.getShape().get(0)
        ? of
        : of.get(new NDIndex().addSliceDim(from, to));
  }
}
