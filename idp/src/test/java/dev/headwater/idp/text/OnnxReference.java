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

  OnnxReference() throws IOException, OrtException {
    Map<String, String> options =
        Map.of("truncation", "true", "padding", "false", "maxLength", "32");
    try (InputStream json = resource("/all-minilm-l6-v2-tokenizer.json");
        InputStream model = resource("/all-minilm-l6-v2.onnx");
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
      return unitMean(((float[][][]) result.get(0).getValue())[0]);
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

  private static float[] unitMean(float[][] tokens) {
    double[] sum = new double[tokens[0].length];
    for (float[] token : tokens) {
      for (int d = 0; d < sum.length; d++) {
        sum[d] += token[d];
      }
    }
    double norm = 0;
    for (double value : sum) {
      norm += value * value;
    }
    float[] unit = new float[sum.length];
    for (int d = 0; d < sum.length; d++) {
      unit[d] = (float) (sum[d] / Math.sqrt(norm));
    }
    return unit;
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(OnnxReference.class.getResourceAsStream(name), name);
  }
}
