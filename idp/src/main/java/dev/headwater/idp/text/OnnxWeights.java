package dev.headwater.idp.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights in an ONNX model file, and no more of it. An exporter keeps the names of biases,
 * norms and embeddings but numbers the matrices; those get their name back from the node that
 * multiplies by them, {@code /a/b/MatMul} giving {@code a.b.weight}, and are {@code [in, out]}.
 */
final class OnnxWeights {
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int NODE_INPUT = 1;
  private static final int NODE_NAME = 3;
  private static final int TENSOR_DIMS = 1;
  private static final int TENSOR_TYPE = 2;
  private static final int TENSOR_FLOATS = 4;
  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_RAW = 9;
  private static final int TYPE_FLOAT = 1;
  private static final String MULTIPLY = "/MatMul";

  private final Map<String, OnnxTensor> tensors = new HashMap<>();
  private final Map<String, String> multiplied = new HashMap<>();

  private OnnxWeights() {}

  /** The floats of a model by name; they stay views of {@code file}. */
  static Map<String, OnnxTensor> read(ByteBuffer file) {
    OnnxWeights weights = new OnnxWeights();
    WireReader model = new WireReader(file);
    while (model.next()) {
      if (model.field() == MODEL_GRAPH) {
        weights.graph(new WireReader(model.bytes()));
      } else {
        model.skip();
      }
    }
    return weights.named();
  }

  private void graph(WireReader graph) {
    while (graph.next()) {
      switch (graph.field()) {
        case GRAPH_NODE -> node(new WireReader(graph.bytes()));
        case GRAPH_INITIALIZER -> tensor(new WireReader(graph.bytes()));
        default -> graph.skip();
      }
    }
  }

  private void node(WireReader node) {
    List<String> inputs = new ArrayList<>();
    String name = "";
    while (node.next()) {
      switch (node.field()) {
        case NODE_INPUT -> inputs.add(text(node.bytes()));
        case NODE_NAME -> name = text(node.bytes());
        default -> node.skip();
      }
    }
    if (name.startsWith("/") && name.endsWith(MULTIPLY)) {
      String path = name.substring(1, name.length() - MULTIPLY.length());
      multiplied.put(inputs.get(1), path.replace('/', '.') + ".weight");
    }
  }

  private void tensor(WireReader tensor) {
    List<Long> dims = new ArrayList<>();
    ByteBuffer data = ByteBuffer.allocate(0);
    String name = "";
    long type = 0;
    while (tensor.next()) {
      switch (tensor.field()) {
        case TENSOR_DIMS -> dims(tensor, dims);
        case TENSOR_TYPE -> type = tensor.varint();
        case TENSOR_NAME -> name = text(tensor.bytes());
        case TENSOR_FLOATS, TENSOR_RAW -> data = tensor.bytes();
        default -> tensor.skip();
      }
    }
    if (type == TYPE_FLOAT) {
      FloatBuffer values = data.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      tensors.put(name, new OnnxTensor(dims, values));
    }
  }

  private static void dims(WireReader tensor, List<Long> dims) {
    if (!tensor.isBytes()) {
      dims.add(tensor.varint());
      return;
    }
    WireReader packed = new WireReader(tensor.bytes());
    while (packed.hasMore()) {
      dims.add(packed.varint());
    }
  }

  private Map<String, OnnxTensor> named() {
    Map<String, OnnxTensor> named = new HashMap<>();
    tensors.forEach((name, tensor) -> named.put(multiplied.getOrDefault(name, name), tensor));
    return named;
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }
}
