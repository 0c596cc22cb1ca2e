package dev.headwater.idp.data;

import java.util.List;

/** The words of the generated market: themes (what a thing is for) and styles (what it is like). */
final class MarketWords {
  /** A theme's nouns, and what its category is called. */
  record Theme(String category, List<String> nouns) {}

  static final List<Theme> THEMES =
      List.of(
          theme("Railways", "train locomotive track station carriage signal tunnel conductor"),
          theme("Kitchen", "pan kettle whisk ladle colander saucepan spatula grater"),
          theme("Garden", "rake shovel seedling planter hose trellis pruner wheelbarrow"),
          theme("Astronomy", "telescope planetarium starmap eyepiece tripod meteorite orbit lens"),
          theme("Painting", "brush canvas easel watercolor palette acrylic varnish sketchpad"),
          theme("Cycling", "bicycle pedal helmet saddle handlebar pannier inner-tube pump"),
          theme("Music", "guitar ukulele metronome drumstick harmonica songbook tuner capo"),
          theme("Camping", "tent lantern sleeping-bag compass backpack stove hammock canteen"),
          theme(
              "Baking", "rolling-pin muffin-tin cake-stand flour icing sourdough oven-glove sieve"),
          theme("Fishing", "rod reel lure tackle-box wader float line net"),
          theme("Sewing", "needle thread thimble bobbin fabric zipper embroidery pattern"),
          theme("Chess", "chessboard pawn opening-book clock endgame knight tournament bishop"),
          theme("Coffee", "espresso grinder filter portafilter moka crema tamper beans"),
          theme("Pets", "leash collar kennel birdcage aquarium litter scratching-post chew"),
          theme("Robotics", "servo microcontroller gripper chassis sensor gearbox actuator wiring"),
          theme("Photography", "camera shutter flash darkroom album telephoto negative softbox"),
          theme("Woodwork", "chisel plane dowel lathe mallet sawhorse veneer clamp"),
          theme("Sailing", "rudder jib rope anchor lifejacket keel buoy mast"),
          theme("Yoga", "mat bolster strap block meditation cushion towel breathing"),
          theme("Dinosaurs", "fossil triceratops skeleton raptor excavation amber stegosaurus egg"),
          theme(
              "Writing", "fountain-pen notebook inkwell stationery envelope blotter quill journal"),
          theme("Climbing", "carabiner harness chalk-bag belay crampon piton holds rope-bag"),
          theme("Tea", "teapot infuser matcha oolong strainer caddy saucer samovar"),
          theme("Magic", "wand card-trick top-hat illusion deck coin-vanish silk conjurer"));

  static final List<List<String>> STYLES =
      List.of(
          words("wooden handmade natural carved oak rustic"),
          words("electric digital smart wireless rechargeable automatic"),
          words("miniature tiny pocket travel foldable compact"),
          words("vintage antique classic retro nostalgic heritage"),
          words("professional heavy-duty precision industrial premium expert"),
          words("colorful playful children's beginner cheerful learning"));

  static final List<String> BRANDS =
      words(
          "Alderbrook Birchway Corvale Dunmere Eastholm Fernlea Glenrow Harrowgate Ivyford Juniper");

  static final List<String> FORMS =
      words("set kit bundle box collection starter-pack pair edition");

  private MarketWords() {}

  private static Theme theme(String category, String nouns) {
    return new Theme(category, words(nouns));
  }

  private static List<String> words(String words) {
    return List.of(words.split(" "));
  }
}
