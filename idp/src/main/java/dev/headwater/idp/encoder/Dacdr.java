package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.tensor.Parameters;
import dev.headwater.idp.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * DACDR, taken for "Domain-Aware Cross-Attention for Cross-domain Recommendation" (Luo et al.,
 * arXiv 2401.11705, 2024), for users that two domains share: what a user does in one domain is
 * looked at from the other by cross-attention, item by item and then domain by domain.
 *
 * <p>The first half of a row is the embedding of an item of the first domain and zeros for one of
 * the second, the second half the other way round. So the output has a user vector a domain, and a
 * dot product scores each item by that of its own domain.
 *
 * <p>Departures, by what its abstract says: the next item is ranked where the paper predicts a
 * click on one candidate; one Transformer over both domains' events in order of time asks, each
 * domain by a query of its own; both domains are learned together. The rest is ours: only the
 * abstract was at hand.
 */
public final class Dacdr implements SequenceEncoder {
  /** What {@link #kind} says. */
  public static final String KIND = "dacdr";

  private static final int DOMAINS = 2;

  private final int half;
  private final Parameters parameters;
  private final SasRec whole;
  private final NDArray causal;
  private final List<View> views = new ArrayList<>();

  /** Makes an encoder with random weights; the configuration is of the whole row. */
  public Dacdr(EncoderConfig config, RandomGenerator random) {
    this(config, random, DataType.FLOAT32, ComputeDevice.CPU);
  }

  /** The same with weights of a type, on a device. */
  Dacdr(EncoderConfig config, RandomGenerator random, DataType type, ComputeDevice device) {
    half = config.dim() / DOMAINS;
    EncoderConfig each =
        new EncoderConfig(
            half, config.maxLength(), config.layers(), config.heads(), config.preNorm());
    parameters = new Parameters(type, device);
    whole = new SasRec(each, random, parameters, "whole.");
    for (int domain = 0; domain < DOMAINS; domain++) {
      views.add(new View(each, "domain" + domain, parameters, random));
    }
    NDManager owner = parameters.all().iterator().next().array().getManager();
    causal = SasRec.causalMask(owner, config.maxLength(), type);
  }

  /** A history's items of one domain, zeros at those of the other, and what hides these. */
  record Items(NDArray rows, NDArray mask) {
    /**
     * Items of the other domain are hidden by half of what hides those to come: where there is none
     * of this domain yet, the past is all the same looked at and the future is not.
     */
    static Items of(NDArray rows, NDArray causal, DataType type) {
      Shape shape = rows.getShape();
      NDArray absent = rows.abs().sum(new int[] {2}).eq(0).toType(type, false);
      NDArray hides = Torch.scaled(absent, SequenceBatch.never(type) / 2);
      return new Items(rows, causal.add(hides.reshape(shape.get(0), 1, 1, shape.get(1))));
    }
  }

  /** How users look from one domain. */
  private static final class View {
    private final NDArray query;
    private final CrossAttention own;
    private final CrossAttention other;
    private final NDArray levelWeight;
    private final NDArray levelBias;
    private final NDArray outWeight;
    private final NDArray outBias;
    private final NDArray gain;
    private final NDArray bias;

    View(EncoderConfig size, String name, Parameters all, RandomGenerator random) {
      int dim = size.dim();
      double deviation = 1 / Math.sqrt(dim);
      query = all.normal(name + ".query", random, 0.02, dim).array();
      own = new CrossAttention(size, name + ".own", all, random);
      other = new CrossAttention(size, name + ".other", all, random);
      levelWeight = all.normal(name + ".level.weight", random, deviation, DOMAINS, dim).array();
      levelBias = all.zeros(name + ".level.bias", DOMAINS).array();
      outWeight = all.normal(name + ".out.weight", random, deviation, dim, dim).array();
      outBias = all.zeros(name + ".out.bias", dim).array();
      gain = all.constant(name + ".norm.gain", 1, dim).array();
      bias = all.zeros(name + ".norm.bias", dim).array();
    }

    /** Items of both domains first, then the domains. */
    NDArray users(NDArray x, Items ownItems, Items otherItems, Dropout dropout) {
      NDArray asking = x.add(query);
      NDArray ofOwn = own.apply(asking, ownItems.rows(), ownItems.mask());
      NDArray ofOther = other.apply(asking, otherItems.rows(), otherItems.mask());
      NDArray shares = Torch.linear(asking, levelWeight, levelBias).softmax(-1);
      NDArray mixed = ofOwn.mul(column(shares, 0)).add(ofOther.mul(column(shares, 1)));
      NDArray out = Torch.linear(mixed, outWeight, outBias);
      return Torch.layerNorm(x.add(dropout.apply(out)), gain, bias, TransformerBlock.EPSILON);
    }

    private static NDArray column(NDArray shares, int at) {
      return shares.get(new NDIndex().addAllDim().addAllDim().addSliceDim(at, at + 1L));
    }
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int dim() {
    return DOMAINS * half;
  }

  @Override
  public int maxLength() {
    return whole.maxLength();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public NDArray hidden(SequenceBatch batch, Dropout dropout) {
    NDArray first = part(batch, 0);
    NDArray second = part(batch, half);
    NDArray x = whole.hidden(batch.with(first.add(second)), dropout);
    int length = batch.length();
    NDIndex corner = new NDIndex().addSliceDim(0, length).addSliceDim(0, length);
    NDArray mask = batch.padding().add(causal.get(batch.items().getManager(), corner));
    Items one = Items.of(first, mask, parameters.type());
    Items two = Items.of(second, mask, parameters.type());
    NDArray fromOne = views.get(0).users(x, one, two, dropout);
    return fromOne.concat(views.get(1).users(x, two, one, dropout), 2);
  }

  @Override
  public NDArray users(SequenceBatch batch) {
    long length = batch.length();
    NDIndex last = new NDIndex().addAllDim().addSliceDim(length - 1, length).addAllDim();
    return hidden(batch, Dropout.none()).get(last).reshape(batch.size(), dim());
  }

  @Override
  public void close() {
    causal.close();
    whole.close();
    parameters.close();
  }

  private NDArray part(SequenceBatch batch, int from) {
    return batch.items().get(new NDIndex().addAllDim().addAllDim().addSliceDim(from, from + half));
  }
}
