#!/usr/bin/env python3
"""A pan with QGIS's own renderer, for `flight` to stand beside: python3 benches/qgis_canvas.py villages.geojson

Opens the file with QGIS's own provider, draws it whole at 1600 x 900 as the canvas does (parallel job, default style),
then pans by a tenth of the width, nine times. Prints milliseconds. Needs python3-qgis; draws into memory, so no screen.
"""

import os
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize  # noqa: E402


def draw(layer, extent):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(QSize(1600, 900))
    settings.setExtent(extent)
    settings.setDestinationCrs(layer.crs())
    # As a canvas has it by default.
    settings.setFlag(QgsMapSettings.UseRenderingOptimization, True)
    settings.setFlag(QgsMapSettings.RenderPartialOutput, False)
    start = time.perf_counter()
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    assert not job.renderedImage().isNull()
    return (time.perf_counter() - start) * 1000


def main(path):
    app = QgsApplication([], True)
    app.initQgis()
    start = time.perf_counter()
    layer = QgsVectorLayer(path, "villages", "ogr")
    assert layer.isValid(), path
    print(f"open {(time.perf_counter() - start) * 1000:.0f} ms, {layer.featureCount()} features")
    whole = layer.extent()
    whole.scale(1.05)
    print(f"first picture {draw(layer, whole):.0f} ms")
    near = QgsRectangle(whole)
    near.scale(0.1)
    for name, start in (("everything", whole), ("close to", near)):
        step = start.width() / 10
        pans = []
        for i in range(1, 10):
            extent = QgsRectangle(start)
            extent.setXMinimum(start.xMinimum() + i * step)
            extent.setXMaximum(start.xMaximum() + i * step)
            pans.append(draw(layer, extent))
        pans.sort()
        print(f"pan, {name}: median {pans[len(pans) // 2]:.0f} ms, least {pans[0]:.0f}, most {pans[-1]:.0f}")
    del layer
    app.exitQgis()


if __name__ == "__main__":
    main(sys.argv[1])
