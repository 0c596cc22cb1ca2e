package dev.headwater.idp.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The weights of a BERT as arrays, under the names they have in the model file but for two: query,
 * key and value are stacked into one {@code qkv}. Matrices are turned to {@code [out, in]}.
 */
final class BertWeights {
  private static final List<String> STACKED = List.of("query", "key", "value");

  private final NDManager manager;
  private final Map<String, OnnxTensor> source;
  private final Map<String, NDArray> arrays = new TreeMap<>();

  BertWeights(NDManager manager, Map<String, OnnxTensor> source) {
    this.manager = manager;
    this.source = source;
  }

  /** Everything taken so far, by name. */
  Map<String, NDArray> arrays() {
    return Map.copyOf(arrays);
  }

  /** How many layers the file has. */
  int layers() {
    int layers = 0;
    while (source.containsKey("encoder.layer." + layers + ".output.dense.bias")) {
      layers++;
    }
    return layers;
  }

  /** A vector or an embedding table, as it stands in the file. */
  NDArray plain(String name) {
    return arrays.computeIfAbsent(name, this::create);
  }

  /** The matrix and bias of a dense layer. */
  Linear linear(String path) {
    return new Linear(
        arrays.computeIfAbsent(path + ".weight", this::turned), plain(path + ".bias"));
  }

  /** The gain and bias of a norm. */
  Norm norm(String path) {
    return new Norm(plain(path + ".weight"), plain(path + ".bias"));
  }

  /** One dense layer that gives query, key and value side by side. */
  Linear stacked(String path) {
    return new Linear(stack(path, ".weight"), stack(path, ".bias"));
  }

  /** A square matrix that the file does not have, and that changes nothing yet. */
  NDArray identity(String name, int dim) {
    return arrays.computeIfAbsent(name, ignored -> manager.eye(dim));
  }

  private NDArray stack(String path, String kind) {
    return arrays.computeIfAbsent(path + ".qkv" + kind, name -> stack(parts(path, kind)));
  }

  private List<String> parts(String path, String kind) {
    return STACKED.stream().map(part -> path + "." + part + kind).toList();
  }

  private NDArray stack(List<String> names) {
    try (NDManager scope = manager.newSubManager()) {
      NDList parts = new NDList();
      for (String name : names) {
        NDArray part = name.endsWith(".weight") ? turned(name) : create(name);
        part.attach(scope);
        parts.add(part);
      }
      return keep(NDArrays.concat(parts));
    }
  }

  private NDArray turned(String name) {
    try (NDArray stored = create(name);
        NDArray view = stored.transpose()) {
      return keep(view.duplicate());
    }
  }

  private NDArray keep(NDArray array) {
    array.attach(manager);
    return array;
  }

  private NDArray create(String name) {
    OnnxTensor tensor = source.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the model has no weight " + name);
    }
    Shape shape = new Shape(tensor.dims());
    return manager.create(tensor.values().duplicate(), shape);
  }
}
