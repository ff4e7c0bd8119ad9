/// A strategy in C++: exceptions end at the border, and a version script keeps templates from being exported.
extension PluginTemplate {
  static let cpp = PluginTemplate(
    library: "@NAME@.so", plugin: "./@NAME@.so", source: "strategy.cpp",
    needs: "a compiler of C++17 and the header brhost_plugin.h",
    notes: #"""
      The Makefile takes the header of the brhost that pkg-config knows as `brhost-plugin`, else that of
      the brhost which made this folder; `make BRHOST_INCLUDE=FOLDER` names another. What `weigh` throws
      reaches the user as the run's error; `exports.map` keeps the library at the two symbols of the
      contract. Call the host through `br_log`, `br_metric`, `br_scratch` and their siblings, which also
      work with an older host.
      """#,
    ignored: [],
    files: [
      ProjectFile(path: "strategy.cpp", text: source), ProjectFile(path: "exports.map", text: exports),
      ProjectFile(path: "Makefile", text: makefile),
    ])

  static let exports = "{ global: br_manifest_v1; br_strategy_v1; local: *; };\n"

  private static let source = #"""
    // @NAME@: weighs each sample by a power of its loss.
    //
    // 'Strategy::weigh' is the method, and what to replace. Below it stands what the host calls; above it, what
    // the strategy says about itself. brhost_plugin.h is the whole contract.

    #include <brhost_plugin.h>

    #include <algorithm>
    #include <cmath>
    #include <cstring>
    #include <exception>
    #include <stdexcept>

    // The manifest: what the method reads ("inputs") and fills ("outputs"), and what '--set' changes ("params").
    const char *br_manifest_v1() {
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

    namespace {

    // What belongs to one training run. Global variables would be shared by runs in other threads.
    class Strategy {
     public:
      // Parameters come by the order of "params", checked against the manifest.
      explicit Strategy(const br_setup &setup) : power(setup.params[0].number) {}

      // The method: fills weight[0 ... B - 1] for one batch. What it throws ends the run with that message.
      void weigh(const br_step &step) {
        const auto *loss = static_cast<const float *>(step.inputs[0].data);  // by the order of "inputs"
        auto *weight = static_cast<float *>(step.outputs[0].data);           // by that of "outputs"
        const int64_t B = step.batch;

        double largest = 0;
        for (int64_t i = 0; i < B; i++) {
          if (!std::isfinite(loss[i])) throw std::domain_error("a loss is not finite");
          largest = std::max<double>(largest, loss[i]);
        }
        // Relative to the largest loss, powers stay within 0 ... 1 whatever the scale, and one of them is 1.
        double sum = 0;
        for (int64_t i = 0; i < B; i++) {
          double relative = largest > 0 ? std::max<double>(loss[i], 0) / largest : 1;
          weight[i] = static_cast<float>(std::pow(relative, power));
          sum += weight[i];
        }
        for (int64_t i = 0; i < B; i++) weight[i] = static_cast<float>(weight[i] / sum);
      }

     private:
      double power;
    };

    // ---- What the host calls. ----

    // Runs 'body' and turns what it throws into a status with a text: nothing unwinds into the host.
    template <typename Body>
    int32_t guarded(const br_host *host, Body body) noexcept {
      try {
        body();
        return BR_OK;
      } catch (const std::domain_error &error) {
        return br_error(host, BR_ERROR_NUMERIC, error.what());
      } catch (const std::exception &error) {
        return br_error(host, BR_ERROR_INTERNAL, error.what());
      } catch (...) {
        return br_error(host, BR_ERROR_INTERNAL, "an exception without a text");
      }
    }

    int32_t create(const br_setup *setup, void **instance) {
      return guarded(setup->host, [=] { *instance = new Strategy(*setup); });
    }

    int32_t step(void *instance, const br_step *step) {
      return guarded(step->host, [=] { static_cast<Strategy *>(instance)->weigh(*step); });
    }

    void destroy(void *instance) { delete static_cast<Strategy *>(instance); }

    const br_strategy table = [] {
      br_strategy table{};
      table.struct_size = sizeof table;
      table.create = create;
      table.step = step;
      table.destroy = destroy;
      return table;
    }();

    }  // namespace

    const br_strategy *br_strategy_v1(const char *id) { return std::strcmp(id, "@NAME@") ? nullptr : &table; }

    """#

  private static let makefile = #"""
    # Builds and checks the strategy with a C++ compiler and one header.
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
    CXXFLAGS ?= -O2 -Wall -Wextra -pedantic

    @NAME@.so: strategy.cpp exports.map
    \#t$(CXX) -std=c++17 $(CXXFLAGS) -shared -fPIC -Wl,--version-script=exports.map -I'$(BRHOST_INCLUDE)' \
    \#t  -o $@ $< $(LDFLAGS) -lm

    check: @NAME@.so
    \#t'$(BRHOST)' plugin check ./@NAME@.so

    clean:
    \#t$(RM) @NAME@.so

    .PHONY: check clean

    """#
}
