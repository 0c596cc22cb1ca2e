package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.tensor.Parameter;
import dev.headwater.idp.tensor.Parameters;
import java.util.random.RandomGenerator;

/**
 * PeterRec (Yuan, He, Karatzoglou and Zhang, "Parameter-Efficient Transfer from Sequential
 * Behaviors for User Modeling and Recommendation", SIGIR 2020): a pre-trained encoder held still,
 * with patches grafted in after each sub-layer. Only patches and norms learn.
 *
 * <p>Departures: the encoder is SASRec and not the dilated convolutions of NextItNet, patches are
 * matrices and not convolutions of width 1 (which is the same), and users are those of the target
 * alone: no user is known in two domains here.
 */
public final class PeterRec implements SequenceEncoder {
  /** What {@link #kind} says. */
  public static final String KIND = "peterrec";

  private final SasRec patched;

  /** Makes an encoder of random weights, of which patches and norms will learn. */
  public PeterRec(EncoderConfig config, RandomGenerator random) {
    this(config, random, DataType.FLOAT32, ComputeDevice.CPU);
  }

  /** The same with weights of a type, on a device. */
  PeterRec(EncoderConfig config, RandomGenerator random, DataType type, ComputeDevice device) {
    patched = new SasRec(config, random, type, device, true);
    for (Parameter parameter : parameters().all()) {
      if (!learns(parameter.name())) {
        parameter.fix();
      }
    }
  }

  private static boolean learns(String name) {
    return name.contains(".patch") || name.contains(".norm") || name.startsWith("final.");
  }

  /**
   * Takes the weights of a pre-trained SASRec over.
   *
   * @throws IllegalArgumentException if a weight is of another architecture
   */
  public void graft(SequenceEncoder pretrained) {
    if (!pretrained.kind().equals(SasRec.KIND)) {
      throw new IllegalArgumentException(
          "patches fit sasrec, and the pre-trained encoder is " + pretrained.kind());
    }
    for (Parameter weight : pretrained.parameters().all()) {
      parameters().get(weight.name()).set(weight.get());
    }
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int dim() {
    return patched.dim();
  }

  @Override
  public int maxLength() {
    return patched.maxLength();
  }

  @Override
  public Parameters parameters() {
    return patched.parameters();
  }

  @Override
  public NDArray hidden(SequenceBatch batch, Dropout dropout) {
    return patched.hidden(batch, dropout);
  }

  @Override
  public NDArray users(SequenceBatch batch) {
    return patched.users(batch);
  }

  @Override
  public void close() {
    patched.close();
  }
}
