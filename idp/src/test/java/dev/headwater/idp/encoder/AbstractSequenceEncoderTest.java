package dev.headwater.idp.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.tensor.Parameter;
import dev.headwater.idp.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link SequenceEncoder} promises; one subclass an encoder. */
abstract class AbstractSequenceEncoderTest {
  private static final int DIM = 16;
  private static final int MAX_LENGTH = 8;
  private static final int LENGTH = 5;
  private static final int[] LENGTHS = {5, 2, 4};
  private static final int BATCH = LENGTHS.length;
  private static final BiasDimension BIAS = new BiasDimension(7, 3);

  private final SplittableRandom random = new SplittableRandom(11);
  private final NDManager manager = Torch.newManager();
  private final SequenceEncoder encoder = create(ComputeDevice.CPU, 1);

  /** The architecture under test. */
  abstract String kind();

  /** Whether the norms stand before the sub-layers. */
  boolean preNorm() {
    return false;
  }

  /** Whether an output depends on what came before it alone. */
  abstract boolean isCausal();

  /** Whether it is chosen by its name, for pre-training and as a fresh encoder. */
  boolean isChosenByName() {
    return true;
  }

  /** Makes the encoder under test. */
  SequenceEncoder create(
      EncoderConfig size, RandomGenerator weights, DataType type, ComputeDevice device) {
    return SequenceEncoders.create(kind(), size, weights, type, device);
  }

  /** Weights that exist for another setting of the architecture and take no part. */
  Set<String> idleWeights() {
    return Set.of();
  }

  @AfterEach
  void close() {
    manager.close();
    encoder.close();
  }

  @Test
  void isFoundByItsKind() {
    assertThat(encoder.kind()).isEqualTo(kind());
    if (isChosenByName()) {
      assertThatCode(() -> SequenceEncoders.requireKind(kind())).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> SequenceEncoders.requireKind(kind())).hasMessageContaining(kind());
    }
    assertThat(encoder.dim()).isEqualTo(DIM);
    assertThat(encoder.maxLength()).isEqualTo(MAX_LENGTH);
  }

  @Test
  void givesAVectorAPositionAndAVectorAUser() {
    SequenceBatch batch = batch(values());
    assertThat(hidden(batch).getShape()).isEqualTo(new Shape(BATCH, LENGTH, DIM));
    assertThat(encoder.users(batch).getShape()).isEqualTo(new Shape(BATCH, DIM));
    assertThat(hidden(batch).toFloatArray()).doesNotContain(Float.NaN);
  }

  @Test
  void takesAHistoryOfTheLongestLengthAndOfOneItem() {
    for (int length : new int[] {1, MAX_LENGTH}) {
      SequenceBatch batch = batch(normal(length * DIM), new int[] {length}, length);
      assertThat(encoder.users(batch).toFloatArray()).doesNotContain(Float.NaN);
      assertThat(hidden(batch).getShape()).isEqualTo(new Shape(1, length, DIM));
    }
  }

  @Test
  void whatStandsInThePaddingDoesNotMatter() {
    float[] values = values();
    float[] users = encoder.users(batch(values)).toFloatArray();
    float[] hidden = hidden(batch(values)).toFloatArray();
    float[] changed = values.clone();
    for (int at = 0; at < BATCH * LENGTH; at++) {
      if (isPadding(at)) {
        Arrays.fill(changed, at * DIM, (at + 1) * DIM, 7.5f);
      }
    }
    assertThat(encoder.users(batch(changed)).toFloatArray()).containsExactly(users, within(1e-5f));
    float[] found = hidden(batch(changed)).toFloatArray();
    for (int at = 0; at < BATCH * LENGTH; at++) {
      if (!isPadding(at)) {
        assertThat(vector(found, at)).containsExactly(vector(hidden, at), within(1e-5f));
      }
    }
  }

  @Test
  void howMuchPaddingThereIsDoesNotMatter() {
    float[] history = normal(3 * DIM);
    float[] bare = encoder.users(batch(history, new int[] {3}, 3)).toFloatArray();
    float[] padded = new float[7 * DIM];
    System.arraycopy(history, 0, padded, 4 * DIM, 3 * DIM);
    assertThat(encoder.users(batch(padded, new int[] {3}, 7)).toFloatArray())
        .containsExactly(bare, within(1e-5f));
  }

  @Test
  void aUserIsTheSameWhoeverElseIsInTheBatch() {
    float[] values = values();
    float[] together = encoder.users(batch(values)).toFloatArray();
    for (int user = 0; user < BATCH; user++) {
      int from = (user * LENGTH + LENGTH - LENGTHS[user]) * DIM;
      float[] own = Arrays.copyOfRange(values, from, (user + 1) * LENGTH * DIM);
      float[] alone =
          encoder.users(batch(own, new int[] {LENGTHS[user]}, LENGTHS[user])).toFloatArray();
      assertThat(vector(together, user)).containsExactly(alone, within(1e-5f));
    }
  }

  @Test
  void theOrderOfAHistoryMatters() {
    float[] values = normal(2 * DIM);
    float[] turned = new float[2 * DIM];
    System.arraycopy(values, 0, turned, DIM, DIM);
    System.arraycopy(values, DIM, turned, 0, DIM);
    float[] one = encoder.users(batch(values, new int[] {2}, 2)).toFloatArray();
    float[] other = encoder.users(batch(turned, new int[] {2}, 2)).toFloatArray();
    assertThat(distance(one, other)).isGreaterThan(0.01);
  }

  @Test
  void everyItemOfAHistoryMatters() {
    float[] values = normal(LENGTH * DIM);
    float[] before = encoder.users(batch(values, new int[] {LENGTH}, LENGTH)).toFloatArray();
    for (int at = 0; at < LENGTH; at++) {
      float[] changed = values.clone();
      Arrays.fill(changed, at * DIM, at * DIM + DIM / 2, 3);
      float[] after = encoder.users(batch(changed, new int[] {LENGTH}, LENGTH)).toFloatArray();
      assertThat(distance(before, after)).as("item %d", at).isGreaterThan(1e-4);
    }
  }

  @Test
  void outputsSeeLaterItemsOnlyWhereTheEncoderLooksBothWays() {
    float[] values = normal(LENGTH * DIM);
    float[] changed = values.clone();
    Arrays.fill(changed, (LENGTH - 1) * DIM, LENGTH * DIM - DIM / 2, 3);
    float[] before = hidden(batch(values, new int[] {LENGTH}, LENGTH)).toFloatArray();
    float[] after = hidden(batch(changed, new int[] {LENGTH}, LENGTH)).toFloatArray();
    for (int at = 0; at < LENGTH - 1; at++) {
      double moved = distance(vector(before, at), vector(after, at));
      if (isCausal()) {
        assertThat(moved).as("position %d", at).isLessThan(1e-5);
      } else {
        assertThat(moved).as("position %d", at).isGreaterThan(1e-4);
      }
    }
    assertThat(encoder.guessesHidden()).isNotEqualTo(isCausal());
  }

  @Test
  void aUserIsTheOutputWhereTheNextItemIsAskedFor() {
    float[] values = values();
    float[] users = encoder.users(batch(values)).toFloatArray();
    float[] hidden;
    int length = LENGTH;
    if (isCausal()) {
      hidden = hidden(batch(values)).toFloatArray();
    } else {
      length = LENGTH + 1;
      float[] appended = new float[BATCH * length * DIM];
      float[] marks = new float[BATCH * length];
      for (int user = 0; user < BATCH; user++) {
        System.arraycopy(values, user * LENGTH * DIM, appended, user * length * DIM, LENGTH * DIM);
        marks[(user + 1) * length - 1] = 1;
      }
      int[] lengths = Arrays.stream(LENGTHS).map(l -> l + 1).toArray();
      hidden = hidden(batch(appended, lengths, length).hiding(marks)).toFloatArray();
    }
    for (int user = 0; user < BATCH; user++) {
      assertThat(vector(hidden, (user + 1) * length - 1))
          .containsExactly(vector(users, user), within(1e-5f));
    }
  }

  @Test
  void aHiddenItemIsNotSeen() {
    assumeTrue(encoder.guessesHidden());
    float[] values = normal(LENGTH * DIM);
    float[] marks = {0, 0, 1, 0, 0};
    float[] changed = values.clone();
    Arrays.fill(changed, 2 * DIM, 3 * DIM, 9);
    int[] whole = {LENGTH};
    float[] before = hidden(batch(values, whole, LENGTH).hiding(marks)).toFloatArray();
    assertThat(hidden(batch(changed, whole, LENGTH).hiding(marks)).toFloatArray())
        .containsExactly(before, within(1e-6f));
    assertThat(distance(hidden(batch(changed, whole, LENGTH)).toFloatArray(), before))
        .isGreaterThan(0.1);
  }

  @Test
  void theGradientReachesEveryWeightAndEveryItem() {
    encoder.parameters().setTrainable(true);
    NDArray items = items(values(), LENGTH);
    items.setRequiresGradient(true);
    backward(SequenceBatch.of(items, LENGTHS), slope());
    for (Parameter parameter : encoder.parameters().all()) {
      if (parameter.isFixed()) {
        assertThat(parameter.array().hasGradient()).as(parameter.name()).isFalse();
      } else if (!idleWeights().contains(parameter.name())) {
        assertThat(parameter.array().hasGradient()).as(parameter.name()).isTrue();
        assertThat(norm(parameter.array().getGradient().toFloatArray()))
            .as(parameter.name())
            .isGreaterThan(1e-6);
      }
    }
    float[] gradient = items.getGradient().toFloatArray();
    for (int at = 0; at < BATCH * LENGTH; at++) {
      double own = norm(vector(gradient, at));
      if (isPadding(at) || marks()[at] > 0) {
        assertThat(own).as("place %d", at).isLessThan(1e-6);
      } else {
        assertThat(own).as("place %d", at).isGreaterThan(1e-4);
      }
    }
  }

  @Test
  void weightsThatAreNotTrainedCollectNoGradient() {
    encoder.parameters().setTrainable(false);
    NDArray items = items(values(), LENGTH);
    items.setRequiresGradient(true);
    backward(SequenceBatch.of(items, LENGTHS), slope());
    assertThat(encoder.parameters().all()).noneMatch(p -> p.array().hasGradient());
    assertThat(norm(items.getGradient().toFloatArray())).isPositive();
  }

  @Test
  void theGradientIsTheSlopeBetweenNearbyInputs() {
    float[] values = values();
    float[] slope = slope();
    NDArray items = items(values, LENGTH);
    items.setRequiresGradient(true);
    backward(SequenceBatch.of(items, LENGTHS), slope);
    float[] gradient = items.getGradient().toFloatArray();
    double scale = norm(gradient) / Math.sqrt(gradient.length);
    float step = 1e-3f; // longer ones cross the kinks of small encoders
    for (int at : new int[] {0, 17, 58, 8 * DIM + 3, 9 * DIM + 5, 13 * DIM, 14 * DIM + 15}) {
      double found =
          (weighted(moved(values, at, step), slope) - weighted(moved(values, at, -step), slope))
              / (2 * step);
      assertThat((double) gradient[at])
          .as("value %d", at)
          .isCloseTo(found, within(0.05 * scale + 0.05 * Math.abs(found)));
    }
  }

  @Test
  void theGradientOfAWeightIsTheSlopeBetweenNearbyWeights() {
    encoder.parameters().setTrainable(true);
    float[] slope = slope();
    float[] values = values();
    backward(SequenceBatch.of(items(values, LENGTH), LENGTHS), slope);
    List<float[]> gradients = new ArrayList<>();
    for (Parameter parameter : encoder.parameters().all()) {
      gradients.add(
          parameter.array().hasGradient()
              ? parameter.array().getGradient().toFloatArray()
              : new float[parameter.size()]);
    }
    encoder.parameters().setTrainable(false);
    int number = 0;
    for (Parameter parameter : encoder.parameters().all()) {
      float[] gradient = gradients.get(number++);
      if (parameter.isFixed()) {
        continue;
      }
      int at = steepest(gradient);
      float[] weights = parameter.get();
      float step = 1e-3f;
      parameter.set(moved(weights, at, step));
      double up = weighted(values, slope);
      parameter.set(moved(weights, at, -step));
      double down = weighted(values, slope);
      parameter.set(weights);
      double found = (up - down) / (2 * step);
      assertThat((double) gradient[at])
          .as(parameter.name())
          .isCloseTo(found, within(0.02 + 0.06 * Math.abs(found)));
    }
  }

  @Test
  void weightsCarriedOverGiveTheSameOutput() {
    SequenceBatch batch = batch(values());
    float[] expected = encoder.users(batch).toFloatArray();
    try (SequenceEncoder other = create(ComputeDevice.CPU, 2)) {
      assertThat(distance(other.users(batch).toFloatArray(), expected)).isGreaterThan(0.01);
      other.parameters().set(encoder.parameters().values());
      assertThat(other.users(batch).toFloatArray()).containsExactly(expected);
      assertThat(names(other)).containsExactlyElementsOf(names(encoder));
    }
  }

  @Test
  void oneSeedGivesTheSameWeightsAndNamesAreUnique() {
    try (SequenceEncoder same = create(ComputeDevice.CPU, 1)) {
      assertThat(same.parameters().values())
          .usingRecursiveComparison()
          .isEqualTo(encoder.parameters().values());
      assertThat(new HashSet<>(names(same))).hasSameSizeAs(names(same));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "cpu-apart"})
  void itsWeightsLieWhereItWasPut(String name) {
    assertThat(encoder.parameters().device()).isEqualTo(ComputeDevice.CPU);
    ComputeDevice device = ComputeDevice.of(name);
    try (SequenceEncoder placed = create(device, 1)) {
      assertThat(placed.parameters().device()).isEqualTo(device);
      assertThat(placed.parameters().all())
          .allMatch(p -> p.array().getDevice().isGpu() == device.isGpu());
      float[][] history = new float[3][DIM];
      for (float[] row : history) {
        System.arraycopy(normal(DIM), 0, row, 0, DIM);
      }
      float[] expected = encoder.users(batch(concat(history), new int[] {3}, 3)).toFloatArray();
      try (UserEncoder users = new UserEncoder(placed)) {
        assertThat(users.encode(List.<float[][]>of(history))[0])
            .containsExactly(expected, within(1e-3f));
      }
    }
  }

  @Test
  void forwardPassesOfManyThreadsDoNotDisturbEachOther() throws Exception {
    float[][][] histories = new float[4][3][DIM];
    for (float[][] history : histories) {
      for (float[] row : history) {
        System.arraycopy(normal(DIM), 0, row, 0, DIM);
      }
    }
    try (UserEncoder users = new UserEncoder(create(ComputeDevice.CPU, 1))) {
      float[][] expected = users.encode(List.of(histories));
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Future<float[]>> found = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
          float[][] history = histories[i % 4];
          found.add(threads.submit(() -> users.encode(List.<float[][]>of(history))[0]));
        }
        for (int i = 0; i < 40; i++) {
          assertThat(found.get(i).get()).containsExactly(expected[i % 4], within(1e-5f));
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @Test
  void aForwardPassLeavesNothingInNativeMemory() {
    SequenceBatch batch = batch(values());
    encoder.users(batch).close();
    NDManager owner = encoder.parameters().all().iterator().next().array().getManager();
    int before = owner.getManagedArrays().size();
    for (int i = 0; i < 5; i++) {
      try (NDManager step = Torch.newManager()) {
        NDArray items = step.create(values(), new Shape(BATCH, LENGTH, DIM));
        encoder.users(SequenceBatch.of(items, LENGTHS));
        encoder.hidden(SequenceBatch.of(items, LENGTHS), Dropout.none());
      }
    }
    assertThat(owner.getManagedArrays()).hasSize(before);
  }

  @Test
  void dropoutChangesOutputsAndItsAbsenceDoesNot() {
    SequenceBatch batch = batch(values());
    float[] expected = hidden(batch).toFloatArray();
    try (BlockDropout none = new BlockDropout(0);
        BlockDropout half = new BlockDropout(0.5f)) {
      assertThat(encoder.hidden(batch, none).toFloatArray()).containsExactly(expected);
      assertThat(distance(encoder.hidden(batch, half).toFloatArray(), expected)).isGreaterThan(0.1);
    }
  }

  @Test
  void theBiasDimensionIsUntouchedByHistoriesAndHasItsGain() {
    try (SequenceEncoder biased = new BiasedEncoder(create(ComputeDevice.CPU, 1), BIAS)) {
      assertThat(biased.guessesHidden()).isEqualTo(encoder.guessesHidden());
      assertThat(biased.kind()).isEqualTo(kind());
      float[] values = values();
      float[] changed = values.clone();
      for (int at = 0; at < BATCH * LENGTH; at++) {
        changed[at * DIM + BIAS.dimension()] += 5;
      }
      float[] users = biased.users(batch(values)).toFloatArray();
      float[] hidden = biased.hidden(batch(values), Dropout.none()).toFloatArray();
      assertThat(biased.users(batch(changed)).toFloatArray()).containsExactly(users);
      for (int at = 0; at < BATCH * LENGTH; at++) {
        assertThat(hidden[at * DIM + BIAS.dimension()]).isEqualTo(BIAS.gain());
      }
      for (int user = 0; user < BATCH; user++) {
        assertThat(users[user * DIM + BIAS.dimension()]).isEqualTo(BIAS.gain());
      }
    }
  }

  private SequenceEncoder create(ComputeDevice device, long seed) {
    return create(
        new EncoderConfig(DIM, MAX_LENGTH, 2, 2, preNorm()),
        new SplittableRandom(seed),
        DataType.FLOAT32,
        device);
  }

  private NDArray hidden(SequenceBatch batch) {
    return encoder.hidden(batch, Dropout.none());
  }

  private void backward(SequenceBatch batch, float[] slope) {
    SequenceBatch asked = encoder.guessesHidden() ? batch.hiding(marks()) : batch;
    NDArray output = Torch.recording(true, () -> hidden(asked).reshape(BATCH, LENGTH, DIM));
    Torch.backward(output, manager.create(slope, new Shape(BATCH, LENGTH, DIM)));
  }

  /** The output's sum weighted by a slope. */
  private double weighted(float[] values, float[] slope) {
    SequenceBatch batch = batch(values);
    float[] output = hidden(encoder.guessesHidden() ? batch.hiding(marks()) : batch).toFloatArray();
    double sum = 0;
    for (int i = 0; i < output.length; i++) {
      sum += (double) output[i] * slope[i];
    }
    return sum;
  }

  /** One hidden place a history, where an encoder guesses hidden items. */
  private float[] marks() {
    float[] marks = new float[BATCH * LENGTH];
    if (encoder.guessesHidden()) {
      for (int user = 0; user < BATCH; user++) {
        marks[(user + 1) * LENGTH - 1] = 1;
      }
    }
    return marks;
  }

  /** A random slope, nothing at the padding. */
  private float[] slope() {
    float[] slope = new float[BATCH * LENGTH * DIM];
    SplittableRandom own = new SplittableRandom(5);
    for (int i = 0; i < slope.length; i++) {
      slope[i] = isPadding(i / DIM) ? 0 : (float) own.nextGaussian();
    }
    return slope;
  }

  private static boolean isPadding(int at) {
    return at % LENGTH < LENGTH - LENGTHS[at / LENGTH];
  }

  private float[] values() {
    return normal(BATCH * LENGTH * DIM);
  }

  private float[] normal(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private SequenceBatch batch(float[] values) {
    return batch(values, LENGTHS, LENGTH);
  }

  private SequenceBatch batch(float[] values, int[] lengths, int length) {
    return SequenceBatch.of(items(values, length), lengths);
  }

  private NDArray items(float[] values, int length) {
    return manager.create(values, new Shape(values.length / DIM / length, length, DIM));
  }

  private static float[] vector(float[] all, int at) {
    return Arrays.copyOfRange(all, at * DIM, (at + 1) * DIM);
  }

  private static float[] concat(float[][] rows) {
    float[] flat = new float[rows.length * DIM];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * DIM, DIM);
    }
    return flat;
  }

  private static float[] moved(float[] values, int at, float by) {
    float[] copy = values.clone();
    copy[at] += by;
    return copy;
  }

  private static int steepest(float[] gradient) {
    int best = 0;
    for (int i = 1; i < gradient.length; i++) {
      best = Math.abs(gradient[i]) > Math.abs(gradient[best]) ? i : best;
    }
    return best;
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow(a[i] - b[i], 2);
    }
    return Math.sqrt(sum);
  }

  private static double norm(float[] values) {
    return distance(values, new float[values.length]);
  }

  private static List<String> names(SequenceEncoder encoder) {
    return encoder.parameters().all().stream().map(Parameter::name).toList();
  }
}
