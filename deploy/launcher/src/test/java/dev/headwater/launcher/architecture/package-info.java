/**
 * What holds for the whole tree: arrows between modules, rooms (packages) and who comes in, no
 * circles, nothing of the lab in what is installed.
 */
@NullMarked
package dev.headwater.launcher.architecture;

import org.jspecify.annotations.NullMarked;
