package dev.headwater.idp.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;

/** The same model run by ONNX Runtime, one text at a time, pooled in doubles. */
final class OnnxReference implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final HuggingFaceTokenizer tokenizer;
  private final OrtSession session;
  private final Pool pool;

  /** Makes one vector of those of the tokens. */
  interface Pool {
    double[] of(float[][] tokens);
  }

  OnnxReference() throws IOException, OrtException {
    this("/all-minilm-l6-v2.onnx", "/all-minilm-l6-v2-tokenizer.json", OnnxReference::mean);
  }

  OnnxReference(String weights, String tokens, Pool pool) throws IOException, OrtException {
    this.pool = pool;
    Map<String, String> options =
        Map.of("truncation", "true", "padding", "false", "maxLength", "32");
    try (InputStream json = resource(tokens);
        InputStream model = resource(weights);
        OrtSession.SessionOptions session = new OrtSession.SessionOptions()) {
      session.setIntraOpNumThreads(1);
      tokenizer = HuggingFaceTokenizer.newInstance(json, options);
      this.session = environment.createSession(model.readAllBytes(), session);
    }
  }

  float[] encode(String text) throws OrtException {
    Encoding encoding = tokenizer.encode(text);
    try (OnnxTensor ids = row(encoding.getIds());
        OnnxTensor mask = row(encoding.getAttentionMask());
        OnnxTensor types = row(encoding.getTypeIds());
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
      return unit(pool.of(((float[][][]) result.get(0).getValue())[0]));
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
    tokenizer.close();
  }

  private OnnxTensor row(long[] values) throws OrtException {
    return OnnxTensor.createTensor(environment, new long[][] {values});
  }

  private static double[] mean(float[][] tokens) {
    double[] sum = new double[tokens[0].length];
    for (float[] token : tokens) {
      for (int d = 0; d < sum.length; d++) {
        sum[d] += token[d] / tokens.length;
      }
    }
    return sum;
  }

  /** The start mark's. */
  static double[] first(float[][] tokens) {
    double[] first = new double[tokens[0].length];
    for (int d = 0; d < first.length; d++) {
      first[d] = tokens[0][d];
    }
    return first;
  }

  private static float[] unit(double[] vector) {
    double norm = 0;
    for (double value : vector) {
      norm += value * value;
    }
    float[] unit = new float[vector.length];
    for (int d = 0; d < vector.length; d++) {
      unit[d] = (float) (vector[d] / Math.sqrt(norm));
    }
    return unit;
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(OnnxReference.class.getResourceAsStream(name), name);
  }
}
