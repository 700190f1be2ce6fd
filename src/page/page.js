(function () {
  'use strict';
  var WIDTH = 1200, HEIGHT = 900, CLOSEST = 40;
  var svg = document.getElementById('map');
  var world = document.getElementById('world');
  var view = document.getElementById('view');
  var pin = document.getElementById('pin');
  var tip = document.getElementById('tip');
  var panel = document.getElementById('unit');
  var facts = JSON.parse(document.getElementById('facts').textContent).units;
  var metres = parseFloat(view.getAttribute('data-metres'));
  var hint = panel.firstElementChild;
  var at = { k: 1, x: 0, y: 0 };
  var pinned = null;

  function all(selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  }

  function number(node, name) {
    return parseFloat(node.getAttribute(name));
  }

  function has(name) {
    return (' ' + document.body.className + ' ').indexOf(' ' + name + ' ') >= 0;
  }

  /* One class of a pair takes the place of the other. */
  function put(gone, come) {
    var names = document.body.className.split(/\s+/).filter(function (name) { return name !== gone && name !== come; });
    document.body.className = names.concat(come).join(' ');
  }

  function zh() {
    return has('in-zh');
  }

  function say(text) {
    return typeof text === 'string' ? text : text[zh() ? 0 : 1];
  }

  /* Pixels of the screen for a point of the view, and where the view begins. */
  function frame() {
    var box = svg.getBoundingClientRect();
    var scale = Math.min(box.width / WIDTH, box.height / HEIGHT) || 1;
    return {
      scale: scale,
      left: box.left + (box.width - WIDTH * scale) / 2,
      top: box.top + (box.height - HEIGHT * scale) / 2
    };
  }

  function point(event) {
    var seen = frame();
    return { x: (event.clientX - seen.left) / seen.scale, y: (event.clientY - seen.top) / seen.scale };
  }

  /* Shapes follow the zoom, names and signs keep their size. */
  function draw() {
    var size = at.k * frame().scale;
    var zooms = all('.names').map(function (names) { return number(names, 'data-zoom'); });
    var best = zooms.reduce(function (best, zoom) {
      return zoom <= size * 1.01 && zoom > best ? zoom : best;
    }, Math.min.apply(null, zooms));
    world.setAttribute('transform', 'translate(' + at.x + ',' + at.y + ') scale(' + at.k + ')');
    all('.names').forEach(function (names) {
      var shown = number(names, 'data-zoom') === best;
      names.style.display = shown ? '' : 'none';
      if (!shown) { return; }
      names.setAttribute('stroke-width', 2.4 / size);
      all('g', names).forEach(function (group) {
        group.setAttribute('font-size', number(group, 'data-size') / size);
      });
    });
    all('.seats > g').forEach(function (seat) {
      var place = 'translate(' + seat.getAttribute('data-x') + ',' + seat.getAttribute('data-y') + ')';
      seat.setAttribute('transform', place + ' scale(' + 1 / size + ')');
    });
    all('pattern', svg).forEach(function (pattern) {
      if (/-legend$/.test(pattern.id)) { return; }
      pattern.setAttribute('patternTransform', 'rotate(45) scale(' + 1 / size + ')');
    });
    var metre = metres / size, longest = 110 * metre;
    var power = Math.pow(10, Math.floor(Math.log(longest) / Math.LN10));
    var length = power * (longest / power >= 5 ? 5 : longest / power >= 2 ? 2 : 1);
    var bar = document.querySelector('#scale span');
    bar.style.width = length / metre + 'px';
    bar.textContent = length >= 1000 ? length / 1000 + ' km' : length + ' m';
  }

  function keep() {
    at.k = Math.max(1, Math.min(CLOSEST, at.k));
    var margin = 200;
    at.x = Math.min(WIDTH - margin, Math.max(margin - WIDTH * at.k, at.x));
    at.y = Math.min(HEIGHT - margin, Math.max(margin - HEIGHT * at.k, at.y));
  }

  function zoom(factor, x, y) {
    var before = at.k;
    at.k = Math.max(1, Math.min(CLOSEST, at.k * factor));
    at.x = x - (x - at.x) * at.k / before;
    at.y = y - (y - at.y) * at.k / before;
    if (at.k === 1) { at.x = 0; at.y = 0; }
    keep();
    draw();
  }

  function go(shape) {
    var box = shape.getBBox();
    at.k = Math.max(1, Math.min(CLOSEST, 0.4 * Math.min(WIDTH / box.width, HEIGHT / box.height)));
    at.x = WIDTH / 2 - (box.x + box.width / 2) * at.k;
    at.y = HEIGHT / 2 - (box.y + box.height / 2) * at.k;
    keep();
    draw();
  }

  /* What is known of a unit on the map, as of the time that is shown. */
  function known(shape) {
    var name = has('now-before') ? 'data-b' : 'data-a';
    if (!shape || !shape.getAttribute || shape.getAttribute(name) === null) { return null; }
    return facts[has('now-before') ? 0 : 1][parseInt(shape.getAttribute(name), 10)] || null;
  }

  function element(tag, text, parent) {
    var made = document.createElement(tag);
    made.textContent = text;
    parent.appendChild(made);
    return made;
  }

  function show(shape) {
    var unit = known(shape) || known(pinned);
    panel.textContent = '';
    if (!unit) {
      panel.appendChild(hint);
      return;
    }
    element('h3', unit.name, panel);
    var table = element('table', '', panel);
    unit.rows.forEach(function (row) {
      var line = element('tr', '', table);
      element('td', say(row[0]), line);
      element('td', say(row[1]), line);
    });
  }

  function fix(shape) {
    pinned = shape;
    pin.setAttribute('d', shape ? shape.getAttribute('d') : '');
    show(null);
  }

  function mark(buttons, chosen) {
    buttons.forEach(function (button) {
      button.className = button === chosen ? 'on' : '';
      button.setAttribute('aria-pressed', button === chosen ? 'true' : 'false');
    });
  }

  /* Patterns of the map follow its zoom; the legend has its own. */
  all('pattern', svg).forEach(function (pattern) {
    var own = pattern.cloneNode(true);
    own.id = pattern.id + '-legend';
    pattern.parentNode.appendChild(own);
  });
  all('.legend [fill^="url("]').forEach(function (swatch) {
    swatch.setAttribute('fill', swatch.getAttribute('fill').replace(')', '-legend)'));
  });

  /* Names of units stand in the panel and beside the pointer. */
  all('title', world).forEach(function (title) { title.parentNode.removeChild(title); });

  var drag = null;
  svg.addEventListener('mousedown', function (event) {
    if (event.button !== 0) { return; }
    drag = { x: event.clientX, y: event.clientY, moved: false, shape: event.target };
    event.preventDefault();
  });
  document.addEventListener('mousemove', function (event) {
    if (!drag) { return; }
    var by = { x: event.clientX - drag.x, y: event.clientY - drag.y };
    if (!drag.moved && Math.abs(by.x) + Math.abs(by.y) < 4) { return; }
    drag.moved = true;
    svg.setAttribute('class', 'drags');
    move(by);
    drag.x = event.clientX;
    drag.y = event.clientY;
  });
  document.addEventListener('mouseup', function () {
    if (!drag) { return; }
    svg.setAttribute('class', '');
    if (!drag.moved) { fix(known(drag.shape) && drag.shape !== pinned ? drag.shape : null); }
    drag = null;
  });
  svg.addEventListener('mousemove', function (event) {
    if (drag && drag.moved) { tip.style.display = 'none'; return; }
    var unit = known(event.target);
    show(event.target);
    tip.style.display = unit ? 'block' : 'none';
    if (!unit) { return; }
    var box = view.getBoundingClientRect();
    tip.textContent = unit.name;
    tip.style.left = Math.min(event.clientX - box.left + 14, box.width - tip.offsetWidth - 4) + 'px';
    tip.style.top = Math.min(event.clientY - box.top + 14, box.height - tip.offsetHeight - 4) + 'px';
  });
  svg.addEventListener('mouseleave', function () {
    tip.style.display = 'none';
    show(null);
  });
  svg.addEventListener('wheel', function (event) {
    var place = point(event);
    var lines = event.deltaMode === 0 ? event.deltaY / 100 : event.deltaY / 3;
    zoom(Math.pow(1.35, -Math.max(-3, Math.min(3, lines))), place.x, place.y);
    event.preventDefault();
  }, { passive: false });

  function move(by) {
    var scale = frame().scale;
    at.x += by.x / scale;
    at.y += by.y / scale;
    keep();
    draw();
  }

  var touches = null;
  function fingers(event) {
    return Array.prototype.map.call(event.touches, function (touch) { return { x: touch.clientX, y: touch.clientY }; });
  }
  svg.addEventListener('touchstart', function (event) {
    touches = { list: fingers(event), moved: event.touches.length > 1, shape: event.target };
    event.preventDefault();
  }, { passive: false });
  svg.addEventListener('touchmove', function (event) {
    var now = fingers(event), old = touches ? touches.list : [];
    event.preventDefault();
    if (now.length === 1 && old.length === 1) {
      var by = { x: now[0].x - old[0].x, y: now[0].y - old[0].y };
      if (!touches.moved && Math.abs(by.x) + Math.abs(by.y) < 8) { return; }
      touches.moved = true;
      move(by);
    } else if (now.length === 2 && old.length === 2) {
      var apart = function (two) { return Math.sqrt(Math.pow(two[0].x - two[1].x, 2) + Math.pow(two[0].y - two[1].y, 2)); };
      var middle = { clientX: (now[0].x + now[1].x) / 2, clientY: (now[0].y + now[1].y) / 2 };
      var place = point(middle);
      zoom(apart(now) / Math.max(apart(old), 1), place.x, place.y);
      touches.moved = true;
    }
    if (touches) { touches.list = now; }
  }, { passive: false });
  svg.addEventListener('touchend', function (event) {
    if (touches && !touches.moved && event.touches.length === 0) { fix(known(touches.shape) ? touches.shape : null); }
    if (touches) { touches.list = fingers(event); }
  });

  all('#zoom button').forEach(function (button) {
    button.addEventListener('click', function () {
      var what = button.getAttribute('data-zoom');
      zoom(what === 'all' ? 0 : what === 'in' ? 1.6 : 1 / 1.6, WIDTH / 2, HEIGHT / 2);
    });
  });

  function time(now) {
    put(now === 'before' ? 'now-after' : 'now-before', 'now-' + now);
    mark(all('#times button'), document.querySelector('#times [data-time="' + now + '"]'));
    if (pinned && !known(pinned)) { fix(null); }
    show(null);
  }
  all('#times button').forEach(function (button) {
    button.addEventListener('click', function () { time(button.getAttribute('data-time')); });
  });

  function lang(now) {
    put(now === 'zh' ? 'in-en' : 'in-zh', 'in-' + now);
    mark(all('#langs button'), document.querySelector('#langs [data-lang="' + now + '"]'));
    show(null);
  }
  all('#langs button').forEach(function (button) {
    button.addEventListener('click', function () { lang(button.getAttribute('data-lang')); });
  });

  /* A button for each section; one section is shown. */
  var sections = all('section'), nav = document.getElementById('sections');
  function open(chosen) {
    sections.forEach(function (section, i) {
      section.style.display = section === chosen ? '' : 'none';
      nav.children[i].className = section === chosen ? 'on' : '';
    });
  }
  sections.forEach(function (section) {
    var button = document.createElement('button');
    all('h2 > span', section).forEach(function (text) { button.appendChild(text.cloneNode(true)); });
    button.type = 'button';
    section.className = 'tab';
    button.addEventListener('click', function () { open(section); });
    nav.appendChild(button);
  });

  all('.search').forEach(function (line) {
    line.addEventListener('input', function () {
      var wanted = line.value.replace(/^\s+|\s+$/g, '').toLowerCase();
      all('tbody tr', line.parentNode).forEach(function (row) {
        row.style.display = row.textContent.toLowerCase().indexOf(wanted) >= 0 ? '' : 'none';
      });
    });
  });
  all('.units-list tbody tr').forEach(function (row) {
    row.tabIndex = 0;
    function lead() {
      var name = row.getAttribute('data-b') === null ? 'data-a' : 'data-b';
      var shape = document.querySelector('.units path[' + name + '="' + row.getAttribute(name) + '"]');
      if (!shape) { return; }
      go(shape);
      fix(shape);
      view.scrollIntoView();
    }
    row.addEventListener('click', lead);
    row.addEventListener('keydown', function (event) { if (event.keyCode === 13) { lead(); } });
  });

  window.addEventListener('resize', draw);
  lang(zh() ? 'zh' : 'en');
  time('after');
  if (sections.length) { open(sections[0]); }
  draw();
}());
