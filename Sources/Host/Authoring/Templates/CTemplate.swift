/// A strategy in C: one source, one header.
extension PluginTemplate {
  static let c = PluginTemplate(
    library: "@NAME@.so", plugin: "./@NAME@.so", source: "strategy.c",
    needs: "a C compiler and the header brhost_plugin.h",
    notes: #"""
      The Makefile takes the header of the brhost that pkg-config knows as `brhost-plugin`, else that of
      the brhost which made this folder; `make BRHOST_INCLUDE=FOLDER` names another. What a method keeps
      from step to step belongs into `struct instance`; call the host through `br_log`, `br_metric`,
      `br_scratch` and their siblings, which also work with an older host.
      """#,
    ignored: [],
    files: [ProjectFile(path: "strategy.c", text: source), ProjectFile(path: "Makefile", text: makefile)])

  private static let source = #"""
    // @NAME@: weighs each sample by a power of its loss.
    //
    // 'weigh' is the method, and what to replace. Below it stands what the host calls; above it, what the
    // strategy says about itself. brhost_plugin.h is the whole contract.

    #include <brhost_plugin.h>
    #include <math.h>
    #include <stdlib.h>
    #include <string.h>

    // The manifest: what the method reads ("inputs") and fills ("outputs"), and what '--set' changes ("params").
    const char *br_manifest_v1(void) {
      return BR_JSON({
        "brhost": 1,
        "strategies": [{
          "id": "@NAME@", "version": "0.1.0", "name": "@TITLE@",
          "summary": "Weighs each sample by a power of its loss.",
          "inputs": [{"name": "loss"}],
          "outputs": ["weight"],
          "params": [{"name": "power", "type": "float", "default": 1, "min": 0, "max": 16,
                      "help": "0 weighs all alike; the larger, the more hard samples count."}],
          "deterministic": true, "equivariant": true
        }]
      });
    }

    // What belongs to one training run. Global variables would be shared by runs in other threads.
    struct instance {
      double power;
    };

    // The method: fills weight[0 ... B - 1] for one batch. Returns BR_OK, or a failure with its reason.
    static int32_t weigh(struct instance *instance, const br_step *step) {
      const float *loss = step->inputs[0].data;  // by the order of "inputs" in the manifest
      float *weight = step->outputs[0].data;     // by that of "outputs"
      const int64_t B = step->batch;

      double largest = 0;
      for (int64_t i = 0; i < B; i++) {
        if (!isfinite(loss[i])) return br_error(step->host, BR_ERROR_NUMERIC, "a loss is not finite");
        if (loss[i] > largest) largest = loss[i];
      }
      // Relative to the largest loss, powers stay within 0 ... 1 whatever the scale, and one of them is 1.
      double sum = 0;
      for (int64_t i = 0; i < B; i++) {
        double relative = largest > 0 ? fmax(loss[i], 0) / largest : 1;
        weight[i] = (float)pow(relative, instance->power);
        sum += weight[i];
      }
      for (int64_t i = 0; i < B; i++) weight[i] = (float)(weight[i] / sum);
      return BR_OK;
    }

    // ---- What the host calls. ----

    static int32_t create(const br_setup *setup, void **result) {
      struct instance *instance = malloc(sizeof *instance);
      if (!instance) return br_error(setup->host, BR_ERROR_INTERNAL, "out of memory");
      instance->power = setup->params[0].number;  // by the order of "params"; checked against the manifest
      *result = instance;
      return BR_OK;
    }

    static int32_t step(void *instance, const br_step *step) { return weigh(instance, step); }

    static const br_strategy table = {
        .struct_size = sizeof table, .create = create, .step = step, .destroy = free};

    const br_strategy *br_strategy_v1(const char *id) { return strcmp(id, "@NAME@") ? NULL : &table; }

    """#

  private static let makefile = #"""
    # Builds and checks the strategy with a C compiler and one header.
    #
    #   make          makes @NAME@.so
    #   make check    has 'brhost plugin check' go over it
    #   make clean    removes what was made
    #
    # BRHOST is the program: that on the PATH, else the one that made this folder. BRHOST_INCLUDE is the folder of
    # brhost_plugin.h: as pkg-config knows it, else beside the program, else where it was then.

    made_by := @BRHOST@
    made_with := @INCLUDE@
    BRHOST ?= $(or $(shell command -v brhost 2>/dev/null),$(made_by))
    beside := $(dir $(realpath $(shell command -v $(BRHOST) 2>/dev/null)))..
    BRHOST_INCLUDE ?= $(or $(shell pkg-config --variable=includedir brhost-plugin 2>/dev/null),$(patsubst \
      %/brhost_plugin.h,%,$(wildcard $(beside)/include/brhost_plugin.h)),$(made_with))
    CFLAGS ?= -O2 -Wall -Wextra -pedantic

    @NAME@.so: strategy.c
    \#t$(CC) -std=c11 $(CFLAGS) -shared -fPIC -fvisibility=hidden -I'$(BRHOST_INCLUDE)' -o $@ $< $(LDFLAGS) -lm

    check: @NAME@.so
    \#t'$(BRHOST)' plugin check ./@NAME@.so

    clean:
    \#t$(RM) @NAME@.so

    .PHONY: check clean

    """#
}
