/** What goes wrong around the parts rather than in them: disks, clocks, topics. */
package dev.headwater.launcher.faults;
