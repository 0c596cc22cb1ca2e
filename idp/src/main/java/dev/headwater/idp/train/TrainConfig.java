package dev.headwater.idp.train;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Settings of training.
 *
 * @param batchSize sequences a step
 * @param windows how many windows of a long sequence count, the newest ones; 1 as in the usual
 *     implementations
 * @param maxEpochs at most this many passes
 * @param patience epochs without a better validation NDCG@10 before it stops; 0 never stops early
 * @param tableRate Adam's step for embeddings
 * @param encoderRate Adam's step for the encoder; 0 freezes it
 * @param dropout share of values dropped
 * @param loss which loss
 * @param negatives sampled items a step, for the sampled softmax
 * @param fullSoftmaxItems up to so many items {@link LossKind#AUTO} takes the full softmax
 * @param logitScale what dot products are multiplied with at the start
 * @param learnScale whether the logit scale is learned
 * @param average how much of the mean of earlier epochs' weights is kept at each epoch; the mean is
 *     what is validated and kept; 0 keeps each epoch's own weights
 * @param hide share of a history's items that an encoder which guesses hidden items is asked for
 * @param hideLast share of the histories of which the last item alone is hidden, which is what such
 *     an encoder is used for
 * @param cut share of the histories that are cut off at a random item first, for such an encoder:
 *     it is asked for what followed early items too
 * @param copies how often an epoch visits each window; such an encoder learns from few places a
 *     visit
 * @param seed of all that is random
 */
public record TrainConfig(
    int batchSize,
    int windows,
    int maxEpochs,
    int patience,
    float tableRate,
    float encoderRate,
    float dropout,
    LossKind loss,
    int negatives,
    int fullSoftmaxItems,
    float logitScale,
    boolean learnScale,
    float average,
    float hide,
    float hideLast,
    float cut,
    int copies,
    long seed) {
  private static final RecordComponent[] SETTINGS = TrainConfig.class.getRecordComponents();

  /** What suits most targets: small sets, full softmax where it fits. */
  private static final TrainConfig DEFAULTS =
      new TrainConfig(
          /* batchSize= */ 128,
          /* windows= */ 1,
          /* maxEpochs= */ 60,
          /* patience= */ 8,
          /* tableRate= */ 1e-2f,
          /* encoderRate= */ 1e-3f,
          /* dropout= */ 0.5f,
          /* loss= */ LossKind.AUTO,
          /* negatives= */ 1024,
          /* fullSoftmaxItems= */ 6000,
          /* logitScale= */ 1,
          /* learnScale= */ true,
          /* average= */ 0.8f,
          /* hide= */ 0.3f,
          /* hideLast= */ 0.3f,
          /* cut= */ 0,
          /* copies= */ 1,
          /* seed= */ 1);

  /** Checks the bounds. */
  public TrainConfig {
    if (batchSize < 1 || windows < 1 || maxEpochs < 0 || patience < 0 || negatives < 1) {
      throw new IllegalArgumentException(
          "batch, windows, epochs, patience and negatives must be positive");
    }
    if (!(dropout >= 0 && dropout < 1 && average >= 0 && average < 1)) {
      throw new IllegalArgumentException("dropout and average must be from 0 to below 1");
    }
    if (!(hide > 0 && hide <= 1 && isShare(hideLast) && isShare(cut)) || copies < 1) {
      throw new IllegalArgumentException(
          "hide must be above 0 and at most 1, hide-last and cut from 0 to 1, copies at least 1");
    }
    if (!(tableRate >= 0 && encoderRate >= 0 && logitScale > 0)) {
      throw new IllegalArgumentException("rates and scale must be positive numbers");
    }
  }

  private static boolean isShare(float value) {
    return value >= 0 && value <= 1;
  }

  /** Starts from what suits most targets: small sets, full softmax where it fits. */
  public static Builder builder() {
    return DEFAULTS.toBuilder();
  }

  /** For pre-training on sources. */
  public static TrainConfig pretraining(long seed) {
    return builder()
        .epochs(12, 2)
        .dropout(0.2f)
        .negatives(512)
        .fullSoftmaxItems(3000)
        .logitScale(1, false)
        .seed(seed)
        .build();
  }

  /**
   * Reads what a command line says of a switch.
   *
   * @throws IllegalArgumentException for anything but true and false
   */
  public static boolean isTrue(String value) {
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException("'" + value + "' is neither true nor false");
    }
    return value.equals("true");
  }

  /** Starts from these settings. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    try {
      for (RecordComponent setting : SETTINGS) {
        builder.values.put(setting.getName(), setting.getAccessor().invoke(this));
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record can be read", e);
    }
    return builder;
  }

  /** Collects settings, by the names of the record's components. For one thread. */
  public static final class Builder {
    private final Map<String, Object> values = new LinkedHashMap<>();

    private Builder() {}

    /** Sequences a step. */
    public Builder batchSize(int value) {
      return put("batchSize", value);
    }

    /** Windows of a long sequence. */
    public Builder windows(int value) {
      return put("windows", value);
    }

    /** Bounds on the number of epochs. */
    public Builder epochs(int max, int patience) {
      return put("maxEpochs", max).put("patience", patience);
    }

    /** Adam's steps. */
    public Builder rates(float table, float encoder) {
      return put("tableRate", table).put("encoderRate", encoder);
    }

    /** Leaves the encoder as it is. */
    public Builder frozenEncoder() {
      return put("encoderRate", 0f);
    }

    /** Share of values dropped. */
    public Builder dropout(float value) {
      return put("dropout", value);
    }

    /** Which loss. */
    public Builder loss(LossKind value) {
      return put("loss", value);
    }

    /** Sampled items a step. */
    public Builder negatives(int value) {
      return put("negatives", value);
    }

    /** Largest catalog of the full softmax. */
    public Builder fullSoftmaxItems(int value) {
      return put("fullSoftmaxItems", value);
    }

    /** Logit scale at the start, and whether it is learned. */
    public Builder logitScale(float start, boolean learn) {
      return put("logitScale", start).put("learnScale", learn);
    }

    /** How much of the mean of earlier epochs' weights is kept. */
    public Builder average(float value) {
      return put("average", value);
    }

    /** Which items are hidden, for an encoder that guesses them. */
    public Builder hiding(float share, float lastAlone, float cut) {
      return put("hide", share).put("hideLast", lastAlone).put("cut", cut);
    }

    /** How often an epoch visits each window. */
    public Builder copies(int value) {
      return put("copies", value);
    }

    /** Seed of all that is random. */
    public Builder seed(long value) {
      return put("seed", value);
    }

    /**
     * What the IDP paper writes, and nothing that it does not: binary cross-entropy (it says BPR in
     * the same breath, {@link #loss}), scores as they come without a factor, each epoch's own
     * weights, one window a user.
     */
    public Builder paper() {
      return loss(LossKind.BCE).logitScale(1, false).average(0).windows(1);
    }

    /**
     * Sets one by name, as a command line gives it: {@code batch-size}. The seed has a flag of its
     * own.
     *
     * @throws IllegalArgumentException for an unknown name or a value that does not fit it
     */
    public Builder set(String name, String value) {
      for (RecordComponent setting : SETTINGS) {
        if (flag(setting).equals(name) && setting.getType() != long.class) {
          return put(setting.getName(), read(setting.getType(), value));
        }
      }
      throw new IllegalArgumentException("no setting is called " + name);
    }

    /** The settings, checked. */
    public TrainConfig build() {
      Class<?>[] types =
          Arrays.stream(SETTINGS).map(RecordComponent::getType).toArray(Class<?>[]::new);
      try {
        return TrainConfig.class
            .getDeclaredConstructor(types)
            .newInstance(values.values().toArray());
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof IllegalArgumentException refused) {
          throw refused;
        }
        throw new IllegalStateException("the settings could not be checked", e);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("a record can be made", e);
      }
    }

    private Builder put(String component, Object value) {
      if (values.replace(component, value) == null) {
        throw new IllegalStateException("there is no component " + component);
      }
      return this;
    }

    private static String flag(RecordComponent setting) {
      return setting.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static Object read(Class<?> type, String value) {
      if (type == int.class) {
        return Integer.valueOf(value);
      }
      if (type == float.class) {
        return Float.valueOf(value);
      }
      if (type == boolean.class) {
        return isTrue(value);
      }
      return LossKind.valueOf(value.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }
}
