package dev.headwater.idp.train;

/** The factor on dot products, learned through its logarithm with Adam. For one thread. */
final class LogitScale {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.98;
  private static final double EPSILON = 1e-8;

  private final boolean learned;
  private double logarithm;
  private double first;
  private double second;
  private int steps;

  LogitScale(float start, boolean learned) {
    this.logarithm = Math.log(start);
    this.learned = learned;
  }

  float value() {
    return (float) Math.exp(logarithm);
  }

  void step(double gradient, double rate) {
    if (!learned) {
      return;
    }
    double g = gradient * value();
    steps++;
    first = BETA1 * first + (1 - BETA1) * g;
    second = BETA2 * second + (1 - BETA2) * g * g;
    double mean = first / (1 - Math.pow(BETA1, steps));
    double square = second / (1 - Math.pow(BETA2, steps));
    logarithm -= rate * mean / (Math.sqrt(square) + EPSILON);
  }

  /** All that a checkpoint needs. */
  double[] state() {
    return new double[] {logarithm, first, second, steps};
  }

  void restore(double[] state) {
    logarithm = state[0];
    first = state[1];
    second = state[2];
    steps = (int) state[3];
  }
}
